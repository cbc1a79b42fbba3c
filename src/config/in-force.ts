import { Environment } from './environment.js'
import type { ReadSettings } from './read-settings.js'

/** A setting as it is shown to people. */
export interface SettingInForce {
  name: string
  /** Empty if there is none; secrets are hidden. */
  value: string
  source: string
}

const HIDDEN = '(hidden)'
/** What the program uses in place of settings that have no default in the schema. */
const UNSET: Record<string, string> = {
  JWT_SECRET: '(generated, and stored beside the database)',
  TRUST_PROXY: 'false',
  MAIL_FROM: 'stockroom@localhost',
}
const SECRET = [
  'JWT_SECRET',
  'ENCRYPTION_KEY',
  'ADMIN_PASSWORD',
  'METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
]
/** URLs that may contain a password. */
const URLS = ['DATABASE_URL', 'REDIS_URL', 'MAIL_URL']

/** Replaces the passwords of a URL, that of sentinels too. A text that cannot be read as a URL may have it anywhere. */
function withoutPassword(text: string): string {
  if (text.startsWith('file:')) return text
  if (!URL.canParse(text)) return HIDDEN
  const url = new URL(text)
  // In a mistyped URL the password is somewhere else.
  if (!url.host || /@/.test(url.pathname + url.search + url.hash)) return HIDDEN
  // Marks that would be percent-encoded show less well.
  if (url.password) url.password = 'hidden'
  for (const name of url.searchParams.keys()) if (/password/i.test(name)) url.searchParams.set(name, 'hidden')
  return url.href
}

function shown(name: string, value: unknown): string {
  if (value === undefined) return UNSET[name] ?? ''
  if (SECRET.includes(name)) return HIDDEN
  return URLS.includes(name) ? withoutPassword(String(value)) : String(value)
}

/** Returns every setting with its value and source, in the order of the schema. */
export const settingsInForce = ({ settings, sourceOf }: ReadSettings): SettingInForce[] =>
  Object.keys(Environment.properties).map((name) => ({
    name,
    value: shown(name, settings[name as keyof typeof settings]),
    source: sourceOf(name),
  }))
