import { MAX_SECRET_BYTES, readSmallText } from '../regular-file.js'
import type { Fault } from './fault.js'

/** Settings that may be read from a file instead, as Docker and systemd provide secrets. */
export const SECRETS = [
  'JWT_SECRET',
  'ENCRYPTION_KEY',
  'ADMIN_PASSWORD',
  'DATABASE_URL',
  'REDIS_URL',
  'METRICS_TOKEN',
  'MAIL_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
]

export const fileSettingOf = (name: string) => `${name}_FILE`

function readSecret(path: string): string {
  const text = readSmallText(path, MAX_SECRET_BYTES).replace(/\r?\n$/, '')
  if (text === '') throw new Error('it is empty')
  return text
}

/**
 * Reads the files named by `NAME_FILE` settings. One trailing newline is not part of the secret.
 * @returns the values by setting, and the faults: a file that is unreadable or no small regular file, or a setting given
 *   both ways
 */
export function readSecretFiles(settings: NodeJS.Dict<string>) {
  const values: Record<string, string> = {}
  const faults: Fault[] = []
  for (const name of SECRETS) {
    const fileSetting = fileSettingOf(name)
    const path = settings[fileSetting]
    if (path === undefined) continue
    if (settings[name] !== undefined) {
      faults.push({ setting: fileSetting, message: `and ${name} are both set: remove one of them` })
      continue
    }
    try {
      values[name] = readSecret(path)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      faults.push({
        setting: fileSetting,
        message: `names ${path}, which cannot be used: ${code ?? message}`,
      })
    }
  }
  return { values, faults }
}
