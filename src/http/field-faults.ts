import type { ErrorObject } from 'ajv'
import type { FastifyError } from 'fastify'
import { passwordFault } from '../accounts/passwords/password-rules.js'
import { FAULTS_MAX, type FieldFault } from '../errors.js'

type ValidationErrors = NonNullable<FastifyError['validation']>

/** The types of JSON Schema, as a client knows them. */
const TYPES: Record<string, string> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  null: 'null',
}

/** Returns the message for a value of another type. */
export const typeFault = (types: string | string[]): string =>
  `must be ${[types]
    .flat()
    .map((type) => TYPES[type] ?? type)
    .join(' or ')}`

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The units counted by the keywords for sizes. */
const SIZES: Record<string, string> = {
  minLength: 'character',
  maxLength: 'character',
  minItems: 'item',
  maxItems: 'item',
  minProperties: 'field',
  maxProperties: 'field',
}

/** Returns the first 100 distinct fields in `errors`, each with an actionable message. */
export function faultsOf(errors: ValidationErrors, context = 'body'): FieldFault[] {
  const faults = new Map<string, FieldFault>()
  for (const error of ofChosenBranches(errors as ErrorObject[]).flatMap(alternativesOf)) {
    const { missingProperty, additionalProperty } = error.params
    const path =
      [...error.instancePath.split('/').slice(1), missingProperty ?? additionalProperty]
        .filter((part) => part !== undefined)
        .join('.') || context
    if (faults.size === FAULTS_MAX) break
    if (!faults.has(path)) faults.set(path, { path, message: named(error) + messageOf(error, context) })
  }
  return [...faults.values()]
}

/** Of the name of a field at fault, whose error has the path of the object. */
const named = ({ propertyName }: ErrorObject): string =>
  propertyName === undefined ? '' : 'has a field whose name '

/** The type of a value in JSON. */
function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const accepts = ({ type }: { type?: string }, value: unknown): boolean =>
  type === typeOf(value) || (type === 'integer' && typeof value === 'number')

/**
 * For a value without a matching branch in an `anyOf` (of a text and null, for example), keeps only the errors of the
 * branch of its type. A value of another type has one error.
 */
function ofChosenBranches(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  return unions.reduce((left, { schema, schemaPath, instancePath, data }) => {
    const branches = schema as { type?: string }[]
    const chosen = branches.findIndex((branch) => accepts(branch, data))
    const isOfUnion = (error: ErrorObject) =>
      error.schemaPath.startsWith(`${schemaPath}/`) && `${error.instancePath}/`.startsWith(`${instancePath}/`)
    const isOfChosen = (error: ErrorObject) => error.schemaPath.startsWith(`${schemaPath}/${chosen}/`)
    return left.flatMap((error) => {
      if (error.schemaPath === schemaPath && error.instancePath === instancePath) {
        const message = typeFault(branches.flatMap(({ type }) => type ?? []))
        return chosen === -1 ? [{ ...error, message }] : []
      }
      return isOfUnion(error) && !isOfChosen(error) ? [] : [error]
    })
  }, errors)
}

/**
 * Replaces the errors of mutually exclusive members, a `oneOf` of `required`, by one for the member at fault: the first
 * alternative if none is there, and otherwise the second of those present. Only objects have members.
 */
function alternativesOf(error: ErrorObject): ErrorObject[] {
  const { keyword, params, schema, schemaPath, instancePath, data } = error
  if (keyword === 'required' && /\/oneOf\/\d+\/required$/.test(schemaPath)) return []
  const names =
    keyword === 'oneOf' ? (schema as { required?: string[] }[]).map(({ required }) => required?.[0]) : []
  if (names.length === 0 || names.includes(undefined)) return [error]
  if (typeOf(data) !== 'object') return []
  const [first, second] = (params.passingSchemas as number[] | null) ?? []
  const message =
    second === undefined
      ? `is required, or ${names.slice(1).join(' or ')}`
      : `cannot go with ${names[first ?? 0]}`
  return [{ ...error, message, instancePath: `${instancePath}/${names[second ?? 0]}` }]
}

/** Schemas ask for multiples of a currency's smallest amount alone. */
function decimalFault(step: number): string {
  const decimals = Math.round(-Math.log10(step))
  return decimals === 0 ? 'must be a whole number' : `must have at most ${counted(decimals, 'decimal')}`
}

function formatFault(format: string, data: unknown): string {
  if (format === 'password') return passwordFault(String(data)) ?? ''
  return format === 'date-time'
    ? 'must be a time written like 2026-11-22T09:30:00Z'
    : `must be a valid ${format}`
}

function messageOf({ keyword, params, message, data, schema }: ErrorObject, context: string): string {
  switch (keyword) {
    case 'type':
      return typeFault(params.type)
    case 'required':
      return 'is required'
    case 'additionalProperties':
      return context === 'querystring' ? 'is not a parameter of this route' : 'is not a field of this request'
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}`
    case 'not':
      return `must not be ${(schema as { const?: unknown }).const}`
    case 'minimum':
      return `must be at least ${params.limit}`
    case 'maximum':
      return `must be at most ${params.limit}`
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return `must have at least ${counted(params.limit, SIZES[keyword] ?? '')}`
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return `must have at most ${counted(params.limit, SIZES[keyword] ?? '')}`
    case 'uniqueItems':
      return `must not have an item twice: ${params.i} and ${params.j} are the same`
    case 'multipleOf':
      return decimalFault(Number(schema))
    case 'pattern':
      return 'does not have the right form'
    case 'format':
      return formatFault(params.format, data)
    default:
      return message ?? 'is not valid'
  }
}
