import type { RouteOptions } from 'fastify'
import t from 'tap'
import { buildApp } from '../src/app.js'
import { compilers } from '../src/validation.js'
import { testConfig } from './helper.js'

type Schema = Record<string, unknown>

const PARTS = ['body', 'querystring', 'params', 'headers'] as const

const compileValidator = compilers.buildValidator({}, { customOptions: {} })
const compileSerializer = compilers.buildSerializer({}, {})

/** Compiles all that `route` is validated and answered by, and says how many schemas that were. */
function compile({ method, url, schema = {} }: RouteOptions): number {
  const route = { method: String(method), url }
  const parts = PARTS.filter((part) => schema[part] !== undefined)
  for (const httpPart of parts) compileValidator({ ...route, schema: schema[httpPart], httpPart })
  const answers = Object.entries((schema.response ?? {}) as Record<string, Schema>)
  for (const [httpStatus, answer] of answers)
    compileSerializer({ ...route, schema: answer, httpStatus } as Parameters<typeof compileSerializer>[0])
  return parts.length + answers.length
}

t.test('every schema can be compiled, though that is done when it is first used', async (t) => {
  const app = buildApp(await testConfig(t, t.testdir()))
  t.teardown(() => app.close())
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  await app.ready()
  let compiled = 0
  for (const route of routes)
    t.doesNotThrow(() => (compiled += compile(route)), `${route.method} ${route.url}`)
  t.ok(compiled > 100)

  const handler = async () => undefined
  const bad = { type: 'object', properties: { name: { type: 'sting' } } }
  for (const schema of [{ body: bad }, { querystring: { minimun: 1 } }, { response: { 200: bad } }])
    t.throws(() => compile({ method: 'POST', url: '/', schema, handler }), JSON.stringify(schema))
})
