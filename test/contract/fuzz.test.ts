import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { App } from '../../src/app.js'
import { onServer } from '../helpers/database.js'
import { cases } from '../helpers/effort.js'
import { createProbe, setup } from '../helpers/fuzz/probe.js'
import { requests } from '../helpers/fuzz/requests.js'
import { headers } from '../helpers/fuzz/values.js'
import { exampleBody, type Operation, operationsOf } from '../helpers/openapi.js'

/** Number of requests drawn by each of the five tests. On a server every table is read after each one. */
const USUAL = onServer ? 100 : 2_000
// A plain run, which tries fewer random cases elsewhere, sends as many.
const BOUNDS = { numRuns: Math.max(USUAL, cases(USUAL)) }

let documented: Promise<Operation[]> | undefined
/** Returns the operations of an application that `setup` returned: they are the same for all of them. */
function operationsOfAny(app: App): Promise<Operation[]> {
  documented ??= operationsOf(app)
  return documented
}

/** Sends random requests with hostile values for `wrong` to every operation selected by `concerns`. */
async function fuzz(
  t: Test,
  wrong: Parameters<typeof requests>[2],
  concerns: (operation: Operation) => boolean = () => true,
) {
  const { app, world } = await setup(t)
  const probe = await createProbe(app, t)
  const operations = (await operationsOfAny(app)).filter(concerns).filter(ends)
  const named = new Map(operations.map((operation) => [operation.operationId, operation]))
  const drawn = fc
    .constantFrom(...operations)
    .chain((operation) =>
      requests(operation, world, wrong).map((request) => ({ operationId: operation.operationId, request })),
    )
  const statuses = new Set<number>()
  await fc.assert(
    fc.asyncProperty(drawn, async ({ operationId, request }) => {
      statuses.add((await probe(request, named.get(operationId))).statusCode)
    }),
    BOUNDS,
  )
  return { app, world, probe, statuses }
}

/** Whether the responses of an operation end: an injected request would wait for a stream for ever. */
const ends = ({ responses }: Operation) => !responses[200]?.content?.['text/event-stream']

const hasId = ({ path }: Operation) => path.includes('{id}')
const changes = ({ method }: Operation) => method !== 'GET'

t.test('any body is accepted or refused as documented, and a refusal changes nothing', async (t) => {
  const { world, probe, statuses } = await fuzz(t, { body: true }, changes)
  for (const status of [400, 401]) t.ok(statuses.has(status), `${status} was met`)
  const headers = { ...world.admin, 'content-type': 'application/json' }
  const payload = JSON.stringify({ '>=': {}, 'must NOT': 1 })
  const named = await probe({ method: 'POST', url: '/products', headers, payload })
  t.equal(named.statusCode, 400, "a client's own names of fields are repeated to it")
})

t.test('any malformed id is a 404, never a 400', async (t) => {
  const { app, world, probe, statuses } = await fuzz(t, { path: true }, hasId)
  t.notOk(statuses.has(400))
  t.ok(statuses.has(404))
  for (const id of ['%zz', '%', '%ff', '%00', '%c0%af', 'x'.repeat(10_000)])
    for (const operation of (await operationsOfAny(app)).filter(hasId)) {
      const { method, path, operationId } = operation
      const payload = JSON.stringify(exampleBody(operation))
      const headers = { ...world.admin, ...(payload && { 'content-type': 'application/json' }) }
      const answer = await probe({ method, url: path.replace('{id}', id), headers, payload })
      t.equal(answer.statusCode, 404, `${operationId} ${id.slice(0, 9)}`)
    }
})

t.test('any query is accepted or refused as documented', async (t) => {
  const { world, probe, statuses } = await fuzz(t, { query: true }, ({ method }) => method === 'GET')
  for (const status of [200, 400, 401]) t.ok(statuses.has(status), `${status} was met`)
  const unbounded = ['limit=1e309', 'limit=Infinity', 'page=1e309', 'minPrice=-1e309', 'minPrice=NaN']
  for (const query of unbounded) {
    const answer = await probe({ method: 'GET', url: `/products?${query}`, headers: world.admin })
    t.match(answer.json(), { status: 400, errors: [{ path: query.split('=')[0] }] }, query)
  }
})

t.test('any headers and cookies are accepted or refused as documented', async (t) => {
  const { app, world, probe } = await fuzz(t, { headers: true })
  const anyMethod = fc.constantFrom('OPTIONS', 'HEAD', 'PUT', 'TRACE', 'QUERY', 'PROPFIND')
  const anyPath = fc.constantFrom(
    ...(await operationsOfAny(app)).map(({ path }) => path),
    '/',
    '/nothing',
    '*',
    '//',
    '/docs/x',
  )
  await fc.assert(
    fc.asyncProperty(
      anyMethod,
      anyPath,
      headers,
      fc.constantFrom(...world.callers),
      async (method, url, fields, caller) => {
        await probe({ method, url, headers: { ...caller, ...fields } })
      },
    ),
    BOUNDS,
  )
})

t.test('any combination of path, query, body and headers', async (t) => {
  await fuzz(t, { path: true, query: true, body: true, headers: true })
})
