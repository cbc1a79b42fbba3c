import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { FastifyError, FastifySchemaCompiler, FastifyServerOptions } from 'fastify'
import { passwordFault } from './accounts/passwords.js'
import type { FieldFault } from './errors.js'

type BuildValidator = ReturnType<typeof AjvCompiler>
type ValidationErrors = NonNullable<FastifyError['validation']>

/**
 * `multipleOf` without binary fractions: 19.99 is a multiple of 0.01, and 0.011 is none. Dividing an integer by a
 * power of ten rounds to the very double that the decimal notation stands for, so comparing it is exact.
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

// Compilers of the same schemas and options are shared: without that each scope of routes would make its own.
const fromPool = AjvCompiler()
const serializerFromPool = SerializerSelector()

/**
 * Fastify's validator factory with two compilers: bodies are taken literally ("5" is no number), while parameters,
 * queries and headers, which are always text, are coerced. Nothing is stripped, and every fault is reported; the
 * work that this costs is bounded by the limit on bodies.
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
        // The schemas come from TypeBox; to check them too, Ajv would compile its schema of schemas at each start.
        meta: false,
        validateSchema: false,
        coerceTypes,
        // "1e309" is coerced to Infinity, which Ajv's strict mode would then hold to no bound at all.
        strictNumbers: !coerceTypes,
      },
      onCreate: extend,
    } as Parameters<BuildValidator>[1])
  return ((route: Parameters<FastifySchemaCompiler<unknown>>[0]) =>
    compiler(route.httpPart !== 'body')(route as never)) as ReturnType<BuildValidator>
}

/**
 * Fastify's serializer factory, but for errors: those are rendered where they are handled (plugins/errors.ts), and
 * need no serializer of their own.
 */
const buildSerializer: typeof serializerFromPool = (schemas, options) => {
  const compile = serializerFromPool(schemas, options)
  return (route) => (Number(route.httpStatus) >= 400 ? JSON.stringify : compile(route))
}

/** Compilers that do their work at once, and throw where a schema is no good. */
export const compilers = { buildValidator, buildSerializer }

/**
 * Has a validator compiled when it is first asked: all of them take a sixth of the start and ten megabytes, and most
 * processes need a few. That each can be compiled is tested (test/schemas.test.ts).
 */
const validatorOnUse: BuildValidator = (schemas, options) => {
  const compile = buildValidator(schemas, options)
  return (route) => {
    const { httpPart, schema } = route as { httpPart?: string; schema: { properties?: object } }
    const optional = httpPart === 'querystring' ? Object.keys(schema.properties ?? {}) : []
    let validate: ValidateFunction | undefined
    const check = (data: unknown) => {
      validate ??= compile(route) as ValidateFunction
      dropEmpty(data, optional)
      if (!validate(data)) check.errors = validate.errors
      else check.errors = httpPart === 'body' ? loneSurrogates(data) : []
      return !check.errors?.length
    }
    check.errors = null as ValidateFunction['errors']
    return check as ValidateFunction
  }
}

/** Removes parameters without a value: a form of HTML sends each of its fields, the empty ones too. */
function dropEmpty(query: unknown, names: string[]): void {
  const values = query as Record<string, unknown>
  for (const name of names) if (values[name] === '') delete values[name]
}

const LONE_SURROGATE = /\p{Cs}/u

/**
 * Halves of surrogate pairs, which JSON can escape, in the strings of a body. UTF-8 cannot encode them: databases and
 * hashes get U+FFFD in their place, which makes equal what was different (RFC 7493, 2.1 forbids them).
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

/** Has a serializer compiled when it is first asked. */
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

export const schemaController: FastifyServerOptions['schemaController'] = {
  compilersFactory: { buildValidator: validatorOnUse as never, buildSerializer: serializerOnUse },
}

/** Fields that an answer names at most: a body of 64 KiB has room for 5,000 unknown ones, each of them a fault. */
const FAULTS_MAX = 100

/** The first 100 fields that `errors` speak of, each once, with a message a person can act on. */
export function faultsOf(errors: ValidationErrors, context = 'body'): FieldFault[] {
  const faults = new Map<string, FieldFault>()
  for (const error of errors as ErrorObject[]) {
    const { missingProperty, additionalProperty } = error.params
    const path =
      [...error.instancePath.split('/').slice(1), missingProperty ?? additionalProperty]
        .filter((part) => part !== undefined)
        .join('.') || context
    if (faults.size === FAULTS_MAX) break
    if (!faults.has(path)) faults.set(path, { path, message: messageOf(error, context) })
  }
  return [...faults.values()]
}

function messageOf({ keyword, params, message, data, schema }: ErrorObject, context: string): string {
  switch (keyword) {
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return context === 'querystring' ? 'is not a parameter of this route' : 'is not a field of this request'
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`
    case 'not':
      return `must not be ${(schema as { const?: unknown }).const}`
    case 'multipleOf':
      return 'must have two decimals at most'
    case 'pattern':
      return 'does not have the right form'
    case 'format':
      return params.format === 'password'
        ? (passwordFault(String(data)) ?? '')
        : `must be a valid ${params.format}`
    default:
      return message ?? 'is not valid'
  }
}
