import type { Static } from '@sinclair/typebox'
import { Ajv, type ErrorObject } from 'ajv'
import addFormats from 'ajv-formats'
import { Environment } from './environment.js'

/** The settings are not valid. The message names every one at fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  /** @param faults a line for each fault, beginning with the name of the setting. */
  constructor(faults: string[]) {
    super(`The settings are not usable:\n${[...new Set(faults)].map((fault) => `  ${fault}`).join('\n')}`)
  }
}

const check = addFormats
  .default(
    new Ajv({
      // To check the schema too, Ajv would compile its schema of schemas at each start.
      meta: false,
      validateSchema: false,
      allErrors: true,
      useDefaults: true,
      coerceTypes: true,
    }),
  )
  .compile<Static<typeof Environment>>(Environment)

/**
 * Coerces the variables of the environment to the types of the settings and fills in the defaults.
 * @throws ConfigError naming every setting that does not match the schema.
 */
export function parseEnvironment(env: Record<string, string | undefined>): Static<typeof Environment> {
  if (check(env)) return env
  throw new ConfigError((check.errors ?? []).map(faultOf))
}

function faultOf({ instancePath, keyword, params, message }: ErrorObject): string {
  const name = instancePath.slice(1) || String(params.missingProperty)
  if (name === 'DATABASE_URL') return `${name} must be file:PATH or mysql://USER:PASSWORD@HOST:PORT/DATABASE`
  if (name === 'CURRENCY') return `${name} must be a code of three letters, like USD`
  if (name === 'JWT_SECRET') return `${name} must have 32 characters at least, and so must each key of a list`
  if (keyword === 'enum') return `${name} must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'format') return `${name} must be an ${params.format} address`
  return `${name} ${message}`
}
