import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { build, signIn, testConfig } from '../helpers/app.js'
import { documentOf, operationsOf } from '../helpers/openapi.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Returns the findings of Redocly's linter. */
function lint(file: string): Promise<string[]> {
  const cli = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, 'lint', file, '--format=json'],
      { cwd: root, env, maxBuffer: 1 << 26 },
      (error, out) => {
        // On errors it exits with 1, but still prints its findings.
        if (!out) return reject(error)
        const { problems } = JSON.parse(out) as {
          problems: { ruleId: string; message: string; location: { pointer: string }[] }[]
        }
        resolve(
          problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
        )
      },
    )
  })
}

t.test('the description at /docs/json is OpenAPI 3.1, and a linter finds no fault in it', async (t) => {
  const app = await build(t)
  const answer = await app.inject('/docs/json')
  t.equal(answer.json().openapi, '3.1.0')
  const dir = t.testdir({ 'openapi.json': answer.body, 'empty.json': '{"openapi":"3.1.0","paths":{}}' })
  t.same(await lint(join(dir, 'openapi.json')), [])
  t.not((await lint(join(dir, 'empty.json'))).length, 0, 'the linter finds a planted fault')
})

for (const production of [false, true])
  t.test(
    `the page at /docs loads over plain HTTP ${production ? 'in production' : 'elsewhere'}`,
    async (t) => {
      const app = await build(t, { production })
      for (const url of ['/docs', '/docs/']) {
        const page = await app.inject(url)
        t.match(page, { statusCode: 200, headers: { 'content-type': /^text\/html/ } })
        t.notMatch(page.headers['content-security-policy'], /upgrade-insecure-requests/)
        const [, script = ''] = /<script src="([^"]+)"/.exec(page.body) ?? []
        const { pathname } = new URL(script, `http://shop.test${url}`)
        t.equal((await app.inject(pathname)).statusCode, 200, pathname)
      }
    },
  )

t.test('every route is described, and every path works without a trailing slash', async (t) => {
  const app = buildApp(await testConfig(t, t.testdir()))
  t.teardown(() => app.close())
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema?.hide) return
    for (const verb of [method].flat())
      if (verb !== 'HEAD') routes.push(`${verb} ${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  })
  await app.ready()
  const described = (await operationsOf(app)).map(({ method, path }) => `${method} ${path}`)
  t.same(described.toSorted(), routes.toSorted())
  t.same(
    Object.keys((await documentOf(app)).paths).filter((path) => path !== '/' && path.endsWith('/')),
    [],
  )
  const { headers } = await signIn(app, 'admin')
  for (const url of ['/products/', '/orders/', '/events/?limit=1'])
    t.equal((await app.inject({ url, headers })).statusCode, 200, url)
})

t.test('every operation has a name, a summary, examples, and errors in one format', async (t) => {
  const app = await build(t)
  const operations = await operationsOf(app)
  t.ok(operations.length > 20)
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
  for (const { operationId, summary, tags, requestBody, responses } of operations) {
    t.match(operationId, /^[a-z][A-Za-z]+$/)
    t.ok(summary, operationId)
    t.equal(tags?.length, 1, operationId)
    if (requestBody)
      t.ok(requestBody.content?.['application/json']?.example, `${operationId} takes an example`)
    const statuses = Object.keys(responses)
    for (const kind of ['2', '4'])
      t.ok(
        statuses.some((status) => status.startsWith(kind)),
        `${operationId} has a ${kind}xx`,
      )
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      const what = `${operationId} ${status}`
      t.ok(description, what)
      if (Number(status) >= 400) t.same(Object.keys(content), ['application/problem+json'], what)
      for (const { schema, example, examples } of Object.values(content))
        t.ok(example ?? examples ?? schema.examples, `${what} has an example`)
    }
  }
})
