import proxyAddr from '@fastify/proxy-addr'
import { passwordFault } from '../accounts/passwords.js'
import { weakness } from '../accounts/weak-secret.js'
import { databaseUrlFault } from '../db/open.js'
import { redisUrlFault } from '../redis/url.js'
import type { Fault } from './fault.js'
import type { Settings } from './parse.js'

/** OWASP's minimum: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#bcrypt */
const LEAST_BCRYPT_COST = 10

const HOW_TO_MAKE = 'Make one with openssl rand -base64 32'

/** The items of a setting that is a list, without the blanks around them. */
export const listOf = (text = '') => text.split(',').flatMap((item) => item.trim() || [])

function originFault(text: string): string | undefined {
  if (text === '*') return 'must list origins: any origin (*) cannot be allowed to call with cookies'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) {
    if (url.origin === text) return undefined
    return `must list origins without a path or a slash at the end: ${url.origin}, not "${text}"`
  }
  return `must list origins like https://shop.example, not "${text}"`
}

function trustFault(text: string): string | undefined {
  if (/^(true|false|\d+)$/.test(text)) return undefined
  try {
    proxyAddr.compile(text.split(',').map((part) => part.trim()))
  } catch {
    return `must be false, the number of proxies, or their addresses and networks like 10.0.0.0/8, not "${text}"`
  }
  return undefined
}

/** What the schema cannot say. */
export function findFaults(settings: Settings): Fault[] {
  const faults: Fault[] = []
  const check = (setting: string, message: string | undefined | false) => {
    if (message) faults.push({ setting, message })
  }
  const production = settings.NODE_ENV === 'production'
  // Anything else than the exact word would start without the protections of production, and say nothing.
  const meant = /^\s*prod/i.test(settings.NODE_ENV) && !production
  check('NODE_ENV', meant && `must be production, not "${settings.NODE_ENV}"`)
  check('JWT_SECRET', production && !settings.JWT_SECRET && `must be set in production. ${HOW_TO_MAKE}`)
  // Elsewhere a low cost is a choice: tests and development sign in often.
  const cheap = production && settings.BCRYPT_COST < LEAST_BCRYPT_COST
  check(
    'BCRYPT_COST',
    cheap && `must be at least ${LEAST_BCRYPT_COST} in production, or hashes are quick to crack`,
  )
  const half = Boolean(settings.ADMIN_EMAIL) !== Boolean(settings.ADMIN_PASSWORD)
  check('ADMIN_EMAIL', half && 'and ADMIN_PASSWORD must be set together')
  check('ADMIN_PASSWORD', settings.ADMIN_PASSWORD && passwordFault(settings.ADMIN_PASSWORD))
  for (const origin of listOf(settings.CORS_ORIGIN)) check('CORS_ORIGIN', originFault(origin))
  check('TRUST_PROXY', settings.TRUST_PROXY && trustFault(settings.TRUST_PROXY))
  check('DATABASE_URL', databaseUrlFault(settings.DATABASE_URL))
  check('REDIS_URL', settings.REDIS_URL && redisUrlFault(settings.REDIS_URL))
  return faults
}

/** Secrets that can be guessed: production refuses to start with them, and otherwise they are warned of. */
export function findWeakSecrets(settings: Settings): Fault[] {
  const weak: Fault[] = []
  for (const secret of listOf(settings.JWT_SECRET)) {
    const why = weakness(secret)
    if (why)
      weak.push({
        setting: 'JWT_SECRET',
        message: `can be guessed: it ${why}. ${HOW_TO_MAKE}`,
      })
  }
  return weak
}
