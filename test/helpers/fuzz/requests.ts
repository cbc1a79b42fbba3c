import fc from 'fast-check'
import { exampleBody, type Operation } from '../openapi.js'
import { brokenJson, contentType, headers, json, number, text } from './values.js'

/** Ids of existing rows in the application under test. */
export interface World {
  ids: string[]
  productId: string
  /** Headers identifying a caller; empty for an anonymous one. */
  callers: Record<string, string>[]
}

/** A request as sent on the wire, except for the format of its headers. */
export interface WireRequest {
  method: Operation['method']
  url: string
  headers: Record<string, string>
  payload?: string | Buffer
}

/** `example` with one fault, or none. */
const nearMiss = (example: Record<string, unknown>) => {
  const names = Object.keys(example)
  const keys = names.length > 0 ? fc.constantFrom(...names) : text
  return fc.oneof(
    fc.constant(JSON.stringify(example)),
    fc.tuple(keys, json).map(([key, value]) => JSON.stringify({ ...example, [key]: value })),
    keys.map((key) => JSON.stringify({ ...example, [key]: undefined })),
    fc.tuple(text, json).map(([key, value]) => {
      // Serialized by hand, so __proto__ arrives as an ordinary member.
      const members = JSON.stringify(example).slice(1, -1)
      return `{${members},${JSON.stringify(key)}:${JSON.stringify(value)}}`
    }),
    fc.tuple(keys, json).map(([key, value]) => {
      const members = JSON.stringify(example).slice(1, -1)
      return `{${members},${JSON.stringify(key)}:${JSON.stringify(value)}}`
    }),
    fc.nat(200).map((at) => JSON.stringify(example).slice(0, at)),
  )
}

/** A body with headers: rarely valid, often nearly so. */
export function bodies(operation: Operation, { productId }: World) {
  const example = exampleBody(operation)
  const real = example && { ...example, ...('productId' in example && { productId }) }
  const payload = fc.oneof(
    { weight: 6, arbitrary: real ? nearMiss(real) : json.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: json.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: brokenJson },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
  )
  return fc.record({ payload, type: fc.option(contentType, { freq: 20, nil: undefined }) })
}

/** A path segment, encoded or raw. */
const segment = ({ ids }: World) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...ids) },
    {
      weight: 3,
      arbitrary: text
        .map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd')))
        .filter((part) => !/^\.{0,2}$/.test(part)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '%',
        '%zz',
        '%00',
        '%c0%af',
        '%ed%a0%80',
        '%ff%fe',
        ':id',
        '*',
        ';',
        '%2F',
        '%25',
      ),
    },
  )

const queryKeys = ['__proto__', 'limit[]', 'a[b]', '', 'constructor', 'q', 'limit', 'cursor', 'page']

/** A query string: known and unknown names, valid and invalid values, single and repeated. */
export function queries({ parameters = [] }: Operation) {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const key = fc.oneof(fc.constantFrom(...known, ...queryKeys), text)
  const encode = (part: string) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd'))
  const value = fc.oneof(
    text,
    number.map(String),
    fc.constantFrom('1', '100', 'true', 'name', '-price', 'all', 'pending'),
  )
  const pair = fc.oneof(
    { weight: 9, arbitrary: fc.tuple(key, value).map(([k, v]) => `${encode(k)}=${encode(v)}`) },
    { weight: 1, arbitrary: fc.constantFrom('&&', '===', '%', '%zz=%zz', 'limit', '?', 'q=%00', 'q=%ff') },
  )
  return fc.array(pair, { maxLength: 6 }).map((pairs) => pairs.join('&'))
}

/** A request to `operation` with hostile values in the parts listed in `wrong`, and valid ones elsewhere. */
export function requests(
  operation: Operation,
  world: World,
  wrong: { path?: boolean; query?: boolean; body?: boolean; headers?: boolean },
): fc.Arbitrary<WireRequest> {
  const { method, path } = operation
  const example = exampleBody(operation)
  const fair =
    example && JSON.stringify({ ...example, ...('productId' in example && { productId: world.productId }) })
  return fc
    .record({
      segment: wrong.path ? segment(world) : fc.constantFrom(...world.ids),
      query: wrong.query ? queries(operation) : fc.constant(''),
      body: wrong.body
        ? bodies(operation, world)
        : fc.constant({ payload: fair, type: fair && 'application/json' }),
      headers: wrong.headers ? headers : fc.constant({}),
      caller: fc.constantFrom(...world.callers),
    })
    .map(({ segment, query, body, headers, caller }) => ({
      method,
      url: path.replace('{id}', () => segment) + (query && `?${query}`),
      headers: { ...caller, ...(body.type !== undefined && { 'content-type': body.type }), ...headers },
      ...(body.payload !== undefined && method !== 'GET' && { payload: body.payload }),
    }))
}
