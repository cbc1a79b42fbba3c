import t, { type Test } from 'tap'
import type { Config } from '../../../src/config.js'
import { ada, credentials, post } from '../../helpers/ada.js'
import { build, noRateLimits } from '../../helpers/app.js'
import { withDevice } from '../../helpers/device.js'

const from = (address: string) => ({ 'x-forwarded-for': address })
const HOME = '203.0.113.7'
const OFFICE = '198.51.100.1'
const FAILURES = 5
const MINUTE = 60_000

/** Has the monotonic clock of this process run ahead, until the test ends. */
function withFastClock(t: Test) {
  const steady = performance.now.bind(performance)
  let ahead = 0
  performance.now = () => steady() + ahead
  t.teardown(() => {
    performance.now = steady
  })
  return (ms: number): void => {
    ahead += ms
  }
}

/** Builds an application where Ada is signed in at home; an address may ask five times a minute, and fail as often an hour. */
async function setup(t: Test, changes: Partial<Config> = {}) {
  const wait = withFastClock(t)
  const app = await build(t, { ...noRateLimits, trustProxy: true, authRateLimitMax: FAILURES, ...changes })
  await post(app, '/auth/register', ada, from(HOME))
  const signedIn = await post(app, '/auth/login', credentials, from(HOME))
  const device = signedIn.cookies.find(({ name }) => name === 'device_token')?.value
  const login = (address: string, body: object = credentials, headers: Record<string, string> = {}) => {
    wait(MINUTE + 1) // the limit by the minute is another one
    return post(app, '/auth/login', body, { ...from(address), ...headers })
  }
  let person = 0
  /** Tries one password at an untried account. */
  const spray = (address: string) =>
    login(address, { email: `${person++}@shop.test`, password: 'Summer of 2026' })
  const exhaust = async (address: string) => {
    const statuses: number[] = []
    for (let i = 0; i < FAILURES; i++) statuses.push((await spray(address)).statusCode)
    t.same(statuses, Array(FAILURES).fill(401))
  }
  return { app, wait, login, spray, exhaust, device }
}

t.test('an address that fails at many accounts is refused for the rest of the hour', async (t) => {
  const { wait, login, spray, exhaust } = await setup(t)
  await exhaust(OFFICE)
  const refused = await spray(OFFICE)
  t.match(refused.json(), { status: 429, type: '/problems/rate-limited' })
  t.equal(refused.json().detail, 'At most 5 failed sign-ins an hour from one address.')
  const seconds = Number(refused.headers['retry-after'])
  t.ok(seconds > 3_600 - 7 * 61 && seconds < 3_600, `${seconds} s are left`)
  t.equal((await login(OFFICE)).statusCode, 429, 'with the right password, since the address is new to Ada')
  t.equal((await spray('198.51.100.2')).statusCode, 401, 'another address is not concerned')
  wait(seconds * 1_000)
  t.equal((await spray(OFFICE)).statusCode, 401)
})

t.test('the addresses of an IPv6 network are one', async (t) => {
  const { spray } = await setup(t)
  for (let i = 1; i <= FAILURES; i++) t.equal((await spray(`2001:db8:0:1::${i}`)).statusCode, 401)
  t.equal((await spray('2001:db8:0:1::ffff')).statusCode, 429)
  t.equal((await spray('2001:db8:0:2::1')).statusCode, 401)
})

t.test(
  'an address and a device that the account knows do not suffer from a sprayer beside them',
  async (t) => {
    const { login, exhaust, device } = await setup(t)
    await exhaust(HOME)
    t.equal((await login(HOME)).statusCode, 200)
    t.equal((await login(HOME, { ...credentials, password: 'wrong' })).statusCode, 401)
    await exhaust(OFFICE)
    t.equal((await login(OFFICE)).statusCode, 429)
    t.equal((await login(OFFICE, credentials, withDevice(device))).statusCode, 200)
  },
)

t.test('only wrong guesses count: neither right ones nor those at a locked account', async (t) => {
  const { login, spray, exhaust } = await setup(t)
  for (let i = 0; i < 2 * FAILURES; i++) t.equal((await login(`192.0.2.${i}`)).statusCode, 200)
  const nobody = { email: 'nobody@shop.test', password: 'wrong' }
  for (let i = 0; i < 5; i++) await login(`192.0.2.${i}`, nobody)
  for (let i = 0; i < FAILURES + 1; i++)
    t.match((await login('192.0.2.99', nobody)).json(), { status: 429, type: '/problems/account-locked' })
  await exhaust('192.0.2.99')
  t.equal((await spray('192.0.2.99')).statusCode, 429)
})

t.test('guesses sent at once do not exceed the budget of their address', async (t) => {
  const { app, wait } = await setup(t, { authRateLimitMax: 20 })
  const guess = (i: number) =>
    post(app, '/auth/login', { email: `${i}@crowd.test`, password: 'Summer of 2026' }, from(OFFICE))
  const first = await Promise.all(Array.from({ length: 15 }, (_, i) => guess(i)))
  t.ok(first.every(({ statusCode }) => statusCode === 401))
  wait(MINUTE + 1)
  const second = await Promise.all(Array.from({ length: 15 }, (_, i) => guess(100 + i)))
  t.equal(second.filter(({ statusCode }) => statusCode === 401).length, 5)
})

t.test('without a limit on sign-ins, failures are not limited either', async (t) => {
  const { spray } = await setup(t, { authRateLimitMax: 0 })
  for (let i = 0; i < 70; i++) t.equal((await spray(OFFICE)).statusCode, 401)
})
