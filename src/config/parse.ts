import type { Static } from '@sinclair/typebox'
import { Ajv, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import { Environment } from './environment.js'
import type { Fault } from './fault.js'

/** The settings, typed by their schema. */
export type Settings = Static<typeof Environment>

const check = addFormats
  .default(
    new Ajv({
      // Skips compiling the meta-schema at each start.
      meta: false,
      validateSchema: false,
      allErrors: true,
      useDefaults: true,
      coerceTypes: true,
      // It runs once, so optimizing its code would only take longer.
      code: { optimize: false },
    }),
  )
  .compile<Settings>(Environment)

/**
 * Coerces environment variables to the types of the settings and fills in defaults.
 * @returns the settings and their faults; an invalid setting keeps its original text
 */
export function parseEnvironment(env: Record<string, string | undefined>): {
  settings: Settings
  faults: Fault[]
} {
  const settings = { ...env } as unknown
  const faults = check(settings) ? [] : (check.errors ?? []).map(faultOf)
  return { settings: settings as Settings, faults }
}

function faultOf({ instancePath, keyword, params, message = 'is not valid' }: ErrorObject): Fault {
  const setting = instancePath.slice(1) || String(params.missingProperty)
  return { setting, message: explain(setting, keyword, params) ?? message }
}

const KINDS: Record<string, string> = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
}

function explain(setting: string, keyword: string, params: ErrorObject['params']): string | undefined {
  if (setting === 'DATABASE_URL')
    return 'must be file:PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE, with commas between several hosts'
  if (setting === 'WORKERS') return 'must be auto, or a whole number from 1 to 999'
  if (setting === 'CURRENCY') return 'must be a code of three letters, like USD'
  if (setting === 'SHOP_NAME') return 'must be a name of at most 100 characters in one line'
  if (setting === 'JWT_SECRET' || setting === 'ENCRYPTION_KEY')
    return 'must have at least 32 characters, and so must each key of a list'
  if (keyword === 'enum') return `must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'format') return `must be an ${params.format} address`
  if (keyword === 'type') return `must be ${KINDS[params.type]}`
  if (keyword === 'minimum') return `must be at least ${params.limit}`
  if (keyword === 'maximum') return `must be at most ${params.limit}`
  if (keyword === 'minLength') return `must have at least ${params.limit} characters`
  return undefined
}
