import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import openapiTS, { astToString } from 'openapi-typescript'
import { rolldown } from 'rolldown'
import t from 'tap'
import { build } from '../helpers/app.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const MOST_BYTES = 8 * 1024

t.test('the client without Socket.IO is at most 8 KiB gzipped, and needs no other package', async (t) => {
  const bundle = await rolldown({ input: 'src/client/index.ts', cwd: root, external: ['socket.io-client'] })
  const { output } = await bundle.generate({ minify: true })
  t.equal(output.length, 1)
  const [{ code, imports }] = output
  t.same(imports, ['socket.io-client'])
  const size = gzipSync(code).length
  t.comment(`${size} bytes`)
  t.ok(size <= MOST_BYTES, `${size} bytes`)
})

t.test('the types of the client are those of the server', async (t) => {
  const app = await build(t)
  const types = astToString(await openapiTS((await app.inject('/docs/json')).body))
  const [, kept] = readFileSync(`${root}/src/generated/api.ts`, 'utf8').split(/^\/\/ Generated.*\n/)
  t.ok(kept === types, 'src/generated/api.ts is up to date: run `npm run build`')
})
