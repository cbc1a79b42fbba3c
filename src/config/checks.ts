import { weakness } from '../accounts/access-tokens/weak-secret.js'
import { ownWordsFault } from '../accounts/passwords/own-words.js'
import { passwordFault } from '../accounts/passwords/password-rules.js'
import { databaseUrlFault } from '../db/open.js'
import { parseSender } from '../mail/encode.js'
import { smtpUrlFault } from '../mail/smtp-url.js'
import { decimalsOf, MAX_DECIMALS } from '../money.js'
import { redisUrlFault } from '../redis/url.js'
import { urlOfEachHost } from '../url-parts.js'
import { listenFault, listOf, originFault, publicUrlFault, trustFault } from './addresses.js'
import type { Fault } from './fault.js'
import type { Settings } from './parse.js'
import { collectorFault, headersFault } from './tracing.js'

/** OWASP's minimum: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#bcrypt */
const MIN_BCRYPT_COST = 10

/** The minimum a request may ask for, in seconds. */
const MIN_ORDER_LIFETIME = 60

const HOW_TO_MAKE = 'Generate one with openssl rand -base64 32'

/** Printable ASCII without surrounding blanks: the only values a header carries unchanged. */
const HEADER_VALUE = /^[!-~]([ -~]*[!-~])?$/

/** Checks the rules a schema cannot express. */
export function findFaults(settings: Settings): Fault[] {
  const faults: Fault[] = []
  const check = (setting: string, message: string | undefined | false) => {
    if (message) faults.push({ setting, message })
  }
  const production = settings.NODE_ENV === 'production'
  // A misspelled "production" would silently start without the protections of production.
  const meant = /^\s*prod/i.test(settings.NODE_ENV) && !production
  check('NODE_ENV', meant && `must be production, not "${settings.NODE_ENV}"`)
  check('JWT_SECRET', production && !settings.JWT_SECRET && `must be set in production. ${HOW_TO_MAKE}`)
  // Allowed outside production: tests and development sign in often.
  const cheap = production && settings.BCRYPT_COST < MIN_BCRYPT_COST
  check(
    'BCRYPT_COST',
    cheap && `must be at least ${MIN_BCRYPT_COST} in production, or hashes are easy to crack`,
  )
  const half = Boolean(settings.ADMIN_EMAIL) !== Boolean(settings.ADMIN_PASSWORD)
  check('ADMIN_EMAIL', half && 'and ADMIN_PASSWORD must be set together')
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password, SHOP_NAME: shop } = settings
  check('ADMIN_PASSWORD', password && (passwordFault(password) ?? ownWordsFault(password, { email, shop })))
  check('HOST', listenFault(settings.HOST))
  for (const origin of listOf(settings.CORS_ORIGIN)) check('CORS_ORIGIN', originFault(origin))
  check('TRUST_PROXY', settings.TRUST_PROXY && trustFault(settings.TRUST_PROXY))
  const { METRICS_TOKEN: token } = settings
  check('METRICS_TOKEN', token && !HEADER_VALUE.test(token) && 'must consist of printable ASCII characters')
  const digits = /^[A-Z]{3}$/.test(settings.CURRENCY) ? decimalsOf(settings.CURRENCY) : 0
  check('CURRENCY', digits > MAX_DECIMALS && `must have at most ${MAX_DECIMALS} decimals`)
  check('DATABASE_URL', databaseUrlFault(settings.DATABASE_URL))
  const alone = urlOfEachHost(settings.DATABASE_URL).length === 1
  check('READ_REPLICAS', settings.READ_REPLICAS && alone && 'needs a DATABASE_URL with several servers')
  const { MAIL_URL: mail, MAIL_FROM: from, PUBLIC_URL: url } = settings
  check('MAIL_URL', mail && smtpUrlFault(mail))
  const fromFault = 'must be an address, or a name and an address, like "Shop <shop@shop.example>"'
  check('MAIL_FROM', from && !parseSender(from, '') && fromFault)
  check('PUBLIC_URL', url && publicUrlFault(url))
  // Outside production there are defaults, which would produce links that do not open, and mails that no server accepts.
  const sends = production && mail !== undefined
  check('MAIL_FROM', sends && !from && 'must be set with MAIL_URL: it is the address that mails are from')
  check('PUBLIC_URL', sends && !url && 'must be set with MAIL_URL: links in mails begin with it')
  const needsMail = production && settings.REQUIRE_VERIFIED_EMAIL && !mail
  check('REQUIRE_VERIFIED_EMAIL', needsMail && 'needs MAIL_URL: without mail nobody could verify an address')
  const { ORDER_EXPIRES_AFTER: lifetime } = settings
  const tooShort = lifetime > 0 && lifetime < MIN_ORDER_LIFETIME
  check('ORDER_EXPIRES_AFTER', tooShort && `must be 0, or at least ${MIN_ORDER_LIFETIME}`)
  for (const setting of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const)
    check(setting, settings[setting] && collectorFault(settings[setting]))
  const { OTEL_EXPORTER_OTLP_HEADERS: headers } = settings
  check('OTEL_EXPORTER_OTLP_HEADERS', headers && headersFault(headers))
  check('REDIS_URL', settings.REDIS_URL && redisUrlFault(settings.REDIS_URL))
  return faults
}

/** Finds guessable secrets: fatal in production, else a warning. */
export function findWeakSecrets(settings: Settings): Fault[] {
  const weak: Fault[] = []
  for (const setting of ['JWT_SECRET', 'ENCRYPTION_KEY'] as const)
    for (const secret of listOf(settings[setting])) {
      const why = weakness(secret)
      if (why) weak.push({ setting, message: `can be guessed: it ${why}. ${HOW_TO_MAKE}` })
    }
  return weak
}
