import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient as generateHeyApi } from '@hey-api/openapi-ts'
import openapiTS, { astToString } from 'openapi-typescript'
import { generate as generateOrval } from 'orval'
import t from 'tap'
import { build, signIn } from '../helpers/app.js'
import { addProduct } from '../helpers/books.js'
import { programs, tsconfig } from '../helpers/generated-clients.js'
import { listen } from '../helpers/sockets.js'

const run = promisify(execFile)
const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
const tsx = import.meta.resolve('tsx')

t.setTimeout(240_000)

t.test(
  'clients generated from the description compile, and tell problems and events by their type',
  async (t) => {
    const app = await build(t)
    const url = await listen(app)
    const productId = await addProduct(app, { stock: 2 })
    const { authorization } = (await signIn(app)).headers
    const token = authorization.replace('Bearer ', '')
    const description = (await app.inject('/docs/json')).body
    const dir = join(t.testdirName, 'clients')
    const files = { 'openapi.json': description, 'tsconfig.json': tsconfig, ...programs }
    mkdirSync(dir)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
    const input = join(dir, 'openapi.json')

    writeFileSync(join(dir, 'openapi-typescript.ts'), astToString(await openapiTS(description)))
    await generateHeyApi({
      input,
      output: join(dir, 'hey-api'),
      plugins: ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'],
      logs: { level: 'silent' },
    })
    await generateOrval(
      { input, output: { target: join(dir, 'orval.ts'), client: 'fetch', baseUrl: url } },
      dir,
    )

    const faults = await run(process.execPath, [tsc, '-p', dir]).catch(({ stdout }) => ({ stdout }))
    t.equal(faults.stdout, '')
    for (const program of Object.keys(programs)) {
      const args = ['--import', tsx, join(dir, program), url, token, productId]
      const { stdout } = await run(process.execPath, args)
      t.same(JSON.parse(stdout), { available: 2, names: ['Mug'] }, program)
    }
  },
)
