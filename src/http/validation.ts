import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { TSchema } from '@sinclair/typebox'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import { passwordFault } from '../accounts/passwords/password-rules.js'
import { typeFault } from './field-faults.js'

type BuildValidator = ReturnType<typeof AjvCompiler>

/**
 * `multipleOf` without binary rounding errors: 19.99 is a multiple of 0.01, and 0.011 is not. Dividing an integer by a
 * power of ten yields the double nearest to the decimal notation, so the comparison is exact.
 */
function multipleOf(step: number, value: number): boolean {
  const scale = Math.round(1 / step)
  return Math.round(value * scale) / scale === value
}

function extend(ajv: Ajv): Ajv {
  ajv.removeKeyword('multipleOf')
  ajv.addKeyword({ keyword: 'multipleOf', type: 'number', schemaType: 'number', validate: multipleOf })
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
    const optional = Object.keys(parameters)
    let validate: ValidateFunction | undefined
    const check = (data: unknown) => {
      validate ??= compile(route) as ValidateFunction
      dropEmpty(data, optional)
      splitLists(data, parameters)
      // Before the validator coerces them.
      const faults = httpPart === 'body' ? [] : strangeNumbers(data, parameters)
      if (!validate(data)) faults.push(...(validate.errors ?? []).map((fault) => ofList(fault, parameters)))
      else if (httpPart === 'body') faults.push(...loneSurrogates(data))
      check.errors = faults
      return !check.errors?.length
    }
    check.errors = null as ValidateFunction['errors']
    return check as ValidateFunction
  }
}

/** Returns the validator of a body outside requests. */
export const validatorOf = (schema: TSchema): ValidateFunction =>
  validatorOnUse({}, {} as never)({ schema, httpPart: 'body' } as never) as ValidateFunction

/** Removes empty parameters: HTML forms submit empty fields too. */
function dropEmpty(query: unknown, names: string[]): void {
  const values = query as Record<string, unknown>
  for (const name of names) if (values[name] === '') delete values[name]
}

/** Splits the list parameters of a query string: `a=1&a=2` and `a=1,2` are the same. */
function splitLists(query: unknown, parameters: QueryParameters): void {
  const values = query as Record<string, unknown>
  for (const [name, { type }] of Object.entries(parameters))
    if (type === 'array' && values[name] !== undefined)
      values[name] = [values[name]].flat().flatMap((value) => String(value).split(','))
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

/** Finds the numbers of a query string in other than decimal notation. */
function strangeNumbers(query: unknown, parameters: QueryParameters): ErrorObject[] {
  const values = query as Record<string, unknown>
  return Object.entries(parameters).flatMap(([name, { type }]) => {
    const value = values[name]
    if ((type !== 'integer' && type !== 'number') || typeof value !== 'string' || DECIMAL.test(value))
      return []
    const fault = { instancePath: `/${name}`, keyword: 'decimal', schemaPath: '', params: {} }
    return [{ ...fault, message: typeFault(type) }]
  })
}

const LONE_SURROGATE = /\p{Cs}/u

/**
 * Finds lone surrogates, which JSON can escape, in the strings of a body. UTF-8 cannot encode them: databases and hashes
 * would store U+FFFD instead and make distinct strings equal (RFC 7493, 2.1 forbids them).
 */
function loneSurrogates(body: unknown): ErrorObject[] {
  const faults: ErrorObject[] = []
  const left = [{ value: body, path: '' }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, path } = next
    if (typeof value === 'object' && value !== null)
      for (const [key, member] of Object.entries(value)) left.push({ value: member, path: `${path}/${key}` })
    else if (typeof value === 'string' && LONE_SURROGATE.test(value)) {
      const message = 'must not hold half of a surrogate pair'
      faults.push({ instancePath: path, keyword: 'surrogate', schemaPath: '', params: {}, message })
    }
  }
  return faults
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
