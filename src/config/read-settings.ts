import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { findFaults, findWeakSecrets } from './checks.js'
import { ConfigError, type Fault } from './fault.js'
import { warnOfMisspelt } from './misspelt.js'
import { parseEnvironment, type Settings } from './parse.js'
import { fileSettingOf, readSecretFiles } from './secret-files.js'

/** The settings as they were found, whether valid or not. */
export interface ReadSettings {
  settings: Settings
  faults: Fault[]
  /** Warnings about allowed but unwise settings. */
  warnings: string[]
  /** Where a setting comes from: `environment`, `.env`, the file named by NAME_FILE, or `default`. */
  sourceOf(name: string): string
}

const TRUSTS_ALL =
  'TRUST_PROXY=true lets every client choose the address that it is limited by: set the number of proxies instead'

/**
 * Reads the settings from `env` and, if it exists, the file `.env` in the working directory; the environment wins.
 * @param file the settings of `.env`
 * @throws ConfigError for an unreadable `.env`
 */
export function readSettings(env: NodeJS.ProcessEnv, file = readEnvFile()): ReadSettings {
  const [inFile, inEnvironment] = [filledIn(file), filledIn(env)]
  const given = { ...inFile, ...inEnvironment }
  const secrets = readSecretFiles(given)
  const { settings, faults: invalid } = parseEnvironment({ ...given, ...secrets.values })
  const production = settings.NODE_ENV === 'production'
  const weak = findWeakSecrets(settings)
  const faults = [...secrets.faults, ...invalid, ...findFaults(settings), ...(production ? weak : [])]
  const warnings = warnOfMisspelt(Object.keys(given))
  if (settings.TRUST_PROXY === 'true') warnings.push(TRUSTS_ALL)
  for (const { setting, message } of weak) warnings.push(`${setting} ${message}. Production refuses it`)
  return {
    settings,
    faults,
    warnings,
    sourceOf(name) {
      if (secrets.values[name] !== undefined) return String(given[fileSettingOf(name)])
      if (inEnvironment[name] !== undefined) return 'environment'
      return inFile[name] !== undefined ? '.env' : 'default'
    },
  }
}

/** @throws ConfigError for an unreadable `.env`, such as the folder Docker creates for a missing bind mount */
function readEnvFile(): NodeJS.Dict<string> {
  if (!existsSync('.env')) return {}
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError([{ setting: '.env', message: `cannot be read: ${code ?? message}` }])
  }
}

const filledIn = (settings: NodeJS.Dict<string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  )
