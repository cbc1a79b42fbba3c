import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { stockroom } from '../helpers/command.js'
import { databaseOf } from '../helpers/database.js'
import { noRateLimits, startServer } from '../helpers/process.js'

const boss = 'boss@shop.test'

t.test('keys are made, listed, rotated and revoked beside a running server', async (t) => {
  const dir = t.testdir()
  const url = await databaseOf(t, dir, 'data/stockroom.db')
  const server = await startServer(t, dir, {
    ...noRateLimits,
    ADMIN_EMAIL: boss,
    ADMIN_PASSWORD: 'walnut desk lamp',
  })
  const key = (...args: string[]) => stockroom(t, ['key', ...args], { env: { DATABASE_URL: url } })
  const statusWith = async (token: string) =>
    (await fetch(`${server.url}/orders?scope=all`, { headers: { authorization: `Bearer ${token}` } })).status
  const until = async (token: string, status: number) => {
    while ((await statusWith(token)) !== status) await sleep(50)
  }
  const keyIn = (output: string) => /^sk_\S+$/m.exec(output)?.[0] ?? ''

  const args = ['create', 'Ware house', '--scopes', 'orders:read', 'products:read', '--owner', boss]
  t.match(await key(...args), { code: 2, errors: /no terminal to ask at: add --yes/ })
  const made = await key(...args, '--yes')
  t.match(made, { code: 0, errors: '', output: /It is not shown again/ })
  const [, id = ''] = /The key (\S+) is/.exec(made.output) ?? []
  await until(keyIn(made.output), 200)
  const list = await key('list')
  t.match(list.output, new RegExp(`^${id}  sk_\\S+ +Ware house  orders:read products:read  `, 'm'))
  t.notMatch(list.output, keyIn(made.output))

  const rotated = await key('rotate', id, '--yes')
  await until(keyIn(made.output), 401)
  t.equal(await statusWith(keyIn(rotated.output)), 200)
  t.match(await key('revoke', id, '--yes'), { code: 0, output: 'The key "Ware house" has ended.\n' })
  await until(keyIn(rotated.output), 401)
  t.match(await key('revoke', id, '--yes'), { code: 1, errors: /there is no key/ })

  await stockroom(t, ['user', 'create', 'ada@shop.test', '--generate', '--yes'], {
    env: { DATABASE_URL: url },
  })
  const customers = ['create', 'x', '--scopes', 'orders:read', '--owner', 'ada@shop.test', '--yes']
  t.match(await key(...customers), { code: 1, errors: /is no admin/ })
})
