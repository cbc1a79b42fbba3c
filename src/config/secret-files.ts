import { readFileSync } from 'node:fs'
import type { Fault } from './fault.js'

/** Settings whose value may stand in a file instead, as Docker and systemd hand secrets over. */
export const SECRETS = ['JWT_SECRET', 'ADMIN_PASSWORD', 'DATABASE_URL', 'REDIS_URL', 'METRICS_TOKEN']

export const fileSettingOf = (name: string) => `${name}_FILE`

function readSecret(path: string): string {
  const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  if (text === '') throw new Error('it is empty')
  return text
}

/**
 * Reads the files that `NAME_FILE` settings name. One newline at the end of a file is not part of the secret.
 * @returns the values, by the name of the setting, and what is wrong: a file that cannot be read, or a setting that is
 * given both ways.
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
