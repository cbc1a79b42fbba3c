import type { RouteOptions } from 'fastify'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { compilers } from '../../src/http/validation.js'
import { testConfig } from '../helpers/app.js'

type Schema = Record<string, unknown>
type Route = Pick<RouteOptions, 'method' | 'url' | 'schema'>

const PARTS = ['body', 'querystring', 'params', 'headers'] as const

const compileValidator = compilers.buildValidator({}, { customOptions: {} })
const compileSerializer = compilers.buildSerializer({}, {})

/** Returns the schemas of a part: one, or one for each media type of a body. */
const partsOf = (part: unknown): unknown[] => {
  const { content } = part as { content?: Record<string, { schema: unknown }> }
  return content ? Object.values(content).map(({ schema }) => schema) : [part]
}

/** Compiles every validation and response schema of `route` and counts them. */
function compile({ method, url, schema = {} }: Route): number {
  const route = { method: String(method), url }
  const parts = PARTS.filter((part) => schema[part] !== undefined)
  for (const httpPart of parts)
    for (const part of partsOf(schema[httpPart])) compileValidator({ ...route, schema: part, httpPart })
  const answers = Object.entries((schema.response ?? {}) as Record<string, Schema>)
  for (const [httpStatus, answer] of answers)
    compileSerializer({ ...route, schema: answer, httpStatus } as Parameters<typeof compileSerializer>[0])
  return parts.length + answers.length
}

t.test('every schema compiles, though schemas are compiled on first use', async (t) => {
  const app = buildApp(await testConfig(t, t.testdir()))
  t.teardown(() => app.close())
  const routes: Route[] = []
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
  await app.ready()
  let compiled = 0
  for (const route of routes)
    t.doesNotThrow(() => (compiled += compile(route)), `${route.method} ${route.url}`)
  t.ok(compiled > 100)

  const bad = { type: 'object', properties: { name: { type: 'sting' } } }
  for (const schema of [{ body: bad }, { querystring: { minimun: 1 } }, { response: { 200: bad } }])
    t.throws(() => compile({ method: 'POST', url: '/', schema }), JSON.stringify(schema))
})
