import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { TSchema } from '@sinclair/typebox'
import type { Ajv, ErrorObject, SchemaValidateFunction, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import { passwordFault } from '../accounts/passwords/password-rules.js'
import { metadataFault } from '../metadata.js'
import { typeFault } from './field-faults.js'
import { METADATA_KEYWORD } from './schema.js'

type BuildValidator = ReturnType<typeof AjvCompiler>

/**
 * `multipleOf` without binary rounding errors: 19.99 is a multiple of 0.01, and 0.011 is not. Dividing an integer by a
 * power of ten yields the double nearest to the decimal notation, so the comparison is exact.
 */
function multipleOf(step: number, value: number): boolean {
  const scale = Math.round(1 / step)
  return Math.round(value * scale) / scale === value
}

/** The rules of metadata, with the message of the one that `data` breaks. */
const checkMetadata: SchemaValidateFunction = (maxBytes: number, data: object) => {
  const message = metadataFault(data, maxBytes)
  checkMetadata.errors = message === undefined ? [] : [{ keyword: METADATA_KEYWORD, params: {}, message }]
  return message === undefined
}

function extend(ajv: Ajv): Ajv {
  ajv.removeKeyword('multipleOf')
  ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', validate: multipleOf })
  ajv.addKeyword({
    keyword: METADATA_KEYWORD,
    type: 'object',
    schemaType: 'number',
    validate: checkMetadata,
  })
  ajv.addFormat('password', (text: string) => passwordFault(text) === undefined)
  return ajv
}

// Shares compilers of the same schemas and options; otherwise each scope of routes would create its own.
const fromPool = AjvCompiler()
const serializerFromPool = SerializerSelector()

/**
 * Fastify's validator factory with two compilers: bodies are not coerced ("5" is no number), while parameters, queries
 * and headers, always text, are. Nothing is stripped, and all errors are reported; the body limit bounds the cost.
 */
const buildValidator: BuildValidator = (schemas, options) => {
  const compiler = (coerceTypes: boolean) =>
    fromPool(schemas, {
      ...options,
      customOptions: {
        ...options?.customOptions,
        removeAdditional: false,
        allErrors: true,
        verbose: true,
        // TypeBox creates the schemas: skip compiling Ajv's meta-schema at each start.
        meta: false,
        validateSchema: false,
        coerceTypes,
        // "1e309" is coerced to Infinity, which Ajv's strict mode would not check against any bound.
        strictNumbers: !coerceTypes,
      },
      onCreate: extend,
    } as Parameters<BuildValidator>[1])
  return ((route: Parameters<FastifySchemaCompiler<unknown>>[0]) =>
    compiler(route.httpPart !== 'body')(route as never)) as ReturnType<BuildValidator>
}

/**
 * Fastify's serializer factory, except for errors: plugins/errors.ts serializes them itself.
 */
const buildSerializer: typeof serializerFromPool = (schemas, options) => {
  const compile = serializerFromPool(schemas, options)
  return (route) => (Number(route.httpStatus) >= 400 ? JSON.stringify : compile(route))
}

/** Eager compilers, which throw on an invalid schema. */
export const compilers = { buildValidator, buildSerializer }

/**
 * Compiles a validator on first use: all of them take a sixth of the start and ten megabytes, and most processes need
 * a few. test/contract/schemas.test.ts compiles each.
 */
const validatorOnUse: BuildValidator = (schemas, options) => {
  const compile = buildValidator(schemas, options)
  return (route) => {
    const { httpPart, schema } = route as { httpPart?: string; schema: { properties?: QueryParameters } }
    const parameters = httpPart === 'querystring' ? (schema.properties ?? {}) : {}
    const named = (...types: string[]) =>
      Object.keys(parameters).filter((name) => types.includes(parameters[name]?.type ?? ''))
    const all = Object.keys(parameters)
    const lists = named('array')
    const numbers = named('integer', 'number')
    let validate: ValidateFunction | undefined
    const check = (data: unknown) => {
      validate ??= compile(route) as ValidateFunction
      const faults: ErrorObject[] = []
      if (all.length > 0) {
        const query = data as Record<string, unknown>
        dropEmpty(query, all)
        splitLists(query, lists)
        // Before the validator coerces them.
        for (const name of numbers) addStrangeNumber(faults, name, query[name], parameters)
      }
      if (!validate(data)) for (const fault of validate.errors ?? []) faults.push(ofList(fault, parameters))
      else if (httpPart === 'body') addLoneSurrogates(faults, data)
      check.errors = faults
      return faults.length === 0
    }
    check.errors = null as ValidateFunction['errors']
    return check as ValidateFunction
  }
}

/** Returns the validator of a body outside requests. */
export const validatorOf = (schema: TSchema): ValidateFunction =>
  validatorOnUse({}, {} as never)({ schema, httpPart: 'body' } as never) as ValidateFunction

/** Removes empty parameters: HTML forms submit empty fields too. */
function dropEmpty(query: Record<string, unknown>, names: string[]): void {
  for (const name of names) if (query[name] === '') delete query[name]
}

/** Splits the list parameters of a query string: `a=1&a=2` and `a=1,2` are the same. */
function splitLists(query: Record<string, unknown>, names: string[]): void {
  for (const name of names)
    if (query[name] !== undefined)
      query[name] = [query[name]].flat().flatMap((value) => String(value).split(','))
}

/** Returns the fault of a list's item as a fault of the parameter. */
function ofList(fault: ErrorObject, parameters: QueryParameters): ErrorObject {
  const [, name = ''] = fault.instancePath.split('/')
  return parameters[name]?.type === 'array' ? { ...fault, instancePath: `/${name}` } : fault
}

/** The schemas of the parameters of a query string. */
type QueryParameters = Record<string, { type?: string }>

/** A number in decimal notation. Ajv coerces everything JavaScript reads as a number, such as 0x10, 1e1 and blanks. */
const DECIMAL = /^-?\d+(\.\d+)?$/

/** Adds a fault for a number of a query string in other than decimal notation. */
function addStrangeNumber(
  faults: ErrorObject[],
  name: string,
  value: unknown,
  parameters: QueryParameters,
): void {
  if (typeof value !== 'string' || DECIMAL.test(value)) return
  const message = typeFault(parameters[name]?.type ?? 'number')
  faults.push({ instancePath: `/${name}`, keyword: 'decimal', schemaPath: '', params: {}, message })
}

/**
 * Adds a fault for each string of a valid body with a lone surrogate, which JSON can escape. UTF-8 cannot encode it:
 * databases and hashes would store U+FFFD instead and make distinct strings equal (RFC 7493, 2.1 forbids them).
 */
function addLoneSurrogates(faults: ErrorObject[], body: unknown): void {
  const left = [{ holder: { '': body } as object, path: '' }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { holder, path } = next
    for (const key in holder) {
      const value: unknown = holder[key as keyof typeof holder]
      const isNested = typeof value === 'object' && value !== null
      if (!isNested && (typeof value !== 'string' || value.isWellFormed())) continue
      const its = key === '' ? path : `${path}/${key}`
      if (isNested) left.push({ holder: value, path: its })
      else {
        const message = 'must not hold half of a surrogate pair'
        faults.push({ instancePath: its, keyword: 'surrogate', schemaPath: '', params: {}, message })
      }
    }
  }
}

/** Compiles a serializer on first use. */
const serializerOnUse: typeof serializerFromPool = (schemas, options) => {
  const compile = buildSerializer(schemas, options)
  return (route) => {
    let serialize: ReturnType<typeof compile> | undefined
    return (data) => {
      serialize ??= compile(route)
      return serialize(data)
    }
  }
}

export const schemaController: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: validatorOnUse as never, buildSerializer: serializerOnUse },
}
