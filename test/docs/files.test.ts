import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { codeUnder, sh } from '../helpers/pages.js'
import { adminOf, makeProduct, startServer } from '../helpers/process.js'

t.test('the commands of docs/api.md export the products and import them again', async (t) => {
  const dir = t.testdir()
  const server = await startServer(t, dir)
  const admin = await adminOf(server)
  await makeProduct(server.url, admin, 40)
  const commands = codeUnder('docs/api.md', 'Files').replaceAll('http://127.0.0.1:3000', server.url)
  const { code, output, errors } = await sh(`TOKEN=${admin.authorization.slice(7)}\n${commands}`, dir)
  t.match({ code, errors }, { code: 0, errors: '' })
  t.match(readFileSync(join(dir, 'products.csv'), 'utf8'), /\r\n[\w-]{36},,Lamp,24\.5,40,,/)
  t.same(JSON.parse(output), { created: 0, updated: 0, unchanged: 1, failed: 0, errors: [] })
})
