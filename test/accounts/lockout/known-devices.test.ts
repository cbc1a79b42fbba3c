import t from 'tap'
import { createKnownDevices, DEVICE_SECONDS } from '../../../src/accounts/lockout/known-devices.js'
import { newId } from '../../../src/ids.js'

const SECRET = 'of the tests alone: thirty-two characters'
const OTHER = 'another of the tests: thirty-two characters'

t.test('a device token is read for the user that it was issued to, and for no other', async (t) => {
  const devices = createKnownDevices({ secrets: [SECRET] })
  const [ada, grace] = [newId(), newId()]
  const token = devices.issue(ada)
  const id = devices.read(token, ada)
  t.match(id, /^[\w-]{22}$/)
  t.equal(devices.read(token, ada), id)
  t.equal(devices.read(token, grace), undefined)
  t.equal(devices.read(token, ''), undefined, 'for an unknown account')
  t.not(devices.read(devices.issue(ada), ada), id, 'each sign-in makes another device')
  t.notOk(token.includes(ada), 'it does not name the user')
})

t.test('a changed or forged device token is not accepted', async (t) => {
  const devices = createKnownDevices({ secrets: [SECRET] })
  const ada = newId()
  const token = devices.issue(ada)
  const [nonce = '', time = '', mac = ''] = token.split('.')
  const swapped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  const later = (Number.parseInt(time, 36) + 1).toString(36)
  for (const forged of [
    undefined,
    '',
    '..',
    nonce,
    `${nonce}.${time}`,
    `${nonce}.${time}.`,
    `${swapped(nonce)}.${time}.${mac}`,
    `${nonce}.${later}.${mac}`,
    `${nonce}.${time}.${swapped(mac)}`,
    `${nonce}.${time}.${mac}A`,
    `${token}\n`,
    ` ${token}`,
    createKnownDevices({ secrets: [OTHER] }).issue(ada),
  ])
    t.equal(devices.read(forged, ada), undefined, String(forged))
})

t.test('a device token expires after a year, and outlives the rotation of its secret', async (t) => {
  const clock = { now: Date.now() }
  const now = () => clock.now
  const ada = newId()
  const token = createKnownDevices({ secrets: [SECRET], now }).issue(ada)
  const rotated = createKnownDevices({ secrets: [OTHER, SECRET], now })
  t.ok(rotated.read(token, ada))
  t.ok(createKnownDevices({ secrets: [OTHER], now }).read(rotated.issue(ada), ada), 'the first secret issues')
  clock.now += DEVICE_SECONDS * 1000 - 1_000
  t.ok(rotated.read(token, ada))
  clock.now += 2_000
  t.equal(rotated.read(token, ada), undefined)
})
