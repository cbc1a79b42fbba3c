import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { problems } from '../../src/errors.js'
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
    for (const { schema, example, examples } of Object.values(requestBody?.content ?? {}))
      t.ok(example ?? examples ?? schema.examples ?? schema.example, `${operationId} takes an example`)
    const statuses = Object.keys(responses)
    for (const kind of ['2', '4'])
      t.ok(
        statuses.some((status) => status.startsWith(kind)),
        `${operationId} has a ${kind}xx`,
      )
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      const what = `${operationId} ${status}`
      t.ok(description, what)
      t.not(description, 'Default Response', `${what}: the text of a response without one`)
      if (Number(status) >= 400) t.same(Object.keys(content), ['application/problem+json'], what)
      for (const { schema, example, examples } of Object.values(content))
        t.ok(example ?? examples ?? schema.examples ?? schema.example, `${what} has an example`)
    }
  }
})

t.test(
  'every JSON body is a named schema, and each problem one of its own with a constant type',
  async (t) => {
    const app = await build(t)
    const { paths, components } = await documentOf(app)
    const isNamed = (schema: Record<string, unknown>): boolean =>
      schema.$ref !== undefined || (Array.isArray(schema.anyOf) && schema.anyOf.every(isNamed))
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods)))
      for (const { content = {} } of [operation.requestBody ?? {}, ...Object.values(operation.responses)])
        for (const [type, { schema }] of Object.entries(content))
          if (type === 'application/json' || type === 'application/problem+json')
            t.ok(isNamed(schema), `${operation.operationId} ${JSON.stringify(schema)}`)

    const propertiesOf = (name: string) =>
      components.schemas[name]?.properties as Record<string, { const?: unknown }> | undefined
    for (const [name, { code, status }] of Object.entries(problems)) {
      const properties = propertiesOf(`${name.charAt(0).toUpperCase()}${name.slice(1)}Problem`)
      if (!properties) continue // of no operation
      t.equal(properties.type?.const, `/problems/${code}`)
      t.equal(properties.status?.const, status)
    }
    t.hasProps(propertiesOf('InsufficientStockProblem') ?? {}, ['productId', 'requested', 'available'])
    const { oneOf, discriminator } = components.schemas.AnyEvent as {
      oneOf: { $ref: string }[]
      discriminator: { propertyName: string; mapping: Record<string, string> }
    }
    t.same(
      oneOf.map(({ $ref }) => $ref),
      Object.values(discriminator.mapping),
    )
    t.equal(propertiesOf('StockLowEvent')?.type?.const, 'stock:low')
  },
)

t.test('every tag is described, and so is the request that receivers of webhooks get', async (t) => {
  const app = await build(t)
  const { tags, webhooks } = await documentOf(app)
  const described = tags.filter(({ description }) => description).map(({ name }) => name)
  const used = new Set((await operationsOf(app)).flatMap((operation) => operation.tags ?? []))
  t.same(described.toSorted(), [...used].toSorted())
  const { parameters, requestBody } = webhooks.event?.post ?? {}
  t.same(
    parameters?.map(({ name }) => name),
    ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'traceparent'],
  )
  t.same(requestBody?.content?.['application/json']?.schema, { $ref: '#/components/schemas/AnyEvent' })
})

t.test('operations tell the scopes of keys, and the headers that hooks add', async (t) => {
  const app = await build(t)
  const operations = await operationsOf(app)
  const named = (id: string) => operations.find(({ operationId }) => operationId === id)
  t.same(named('adjustStock')?.security, [{ bearer: [] }, { cookie: [] }, { apiKey: ['products:write'] }])
  t.same(named('placeOrder')?.security, [{ bearer: [] }, { cookie: [] }], 'no key places orders')
  t.same(named('listProducts')?.security, [])
  const { responses } = named('placeOrder') ?? {}
  for (const status of ['201', '409', '429', '503'])
    t.hasProps(responses?.[status]?.headers ?? {}, ['RateLimit', 'RateLimit-Policy'], status)
  for (const status of ['429', '503']) t.hasProp(responses?.[status]?.headers ?? {}, 'Retry-After')
  t.equal(named('logout')?.requestBody?.required, false)
  t.equal(named('placeOrder')?.requestBody?.required, true)
})
