import type { ReadSettings } from '../config/read-settings.js'
import { isServer } from '../db/open.js'
import { type Finding, findingsOf } from './finding.js'

const { ok, warning, fault } = findingsOf('settings')

const HOW = 'Set it in the environment or in .env; docs/configuration.md describes every setting.'
const ENVIRONMENTS = ['development', 'production', 'test']
const LOOPBACK = /^(127\.|localhost$|::1$)/

/** Warnings about settings valid alone, but not together. */
function examineCombinations({ settings }: ReadSettings): Finding[] {
  const { NODE_ENV, HOST, MAIL_URL, JWT_SECRET, REDIS_URL, DATABASE_URL } = settings
  const found: Finding[] = []
  const production = NODE_ENV === 'production'
  if (!ENVIRONMENTS.includes(NODE_ENV))
    found.push(
      warning(
        `NODE_ENV=${NODE_ENV} is neither production nor development`,
        'Set NODE_ENV=production on a public server.',
      ),
    )
  if (!production && !LOOPBACK.test(HOST))
    found.push(
      warning(
        `HOST=${HOST} is reachable from other machines, without the protections of production`,
        'Set NODE_ENV=production, or HOST=127.0.0.1.',
      ),
    )
  if (production && !MAIL_URL)
    found.push(
      warning(
        'no mails are sent: nobody can reset a forgotten password or verify an address',
        'Set MAIL_URL, MAIL_FROM and PUBLIC_URL (docs/mail.md).',
      ),
    )
  if (isServer(DATABASE_URL) && !JWT_SECRET)
    found.push(
      warning(
        'each machine makes its own JWT_SECRET: a token of one node is refused by the others',
        'Set the same JWT_SECRET on all nodes: openssl rand -base64 32 makes one.',
      ),
    )
  if (isServer(DATABASE_URL) && !REDIS_URL)
    found.push(
      warning(
        'without REDIS_URL every node counts its own requests and learns of orders of others by looking',
        'Set REDIS_URL if there is more than one node.',
      ),
    )
  return found
}

/** Returns the cure of the fault of a setting, or of a warning about one. */
function cureOf(message: string): string {
  if (/cannot be used: E[A-Z]+/.test(message))
    return 'Make that file readable for the server, or correct its path.'
  if (/did you mean/.test(message)) return 'Rename it; docs/configuration.md describes every setting.'
  return HOW
}

/** Examines the settings. */
export function examineSettings(read: ReadSettings): Finding[] {
  const found = [
    ...read.faults.map(({ setting, message }) => fault(`${setting} ${message}`, cureOf(message))),
    ...read.warnings.map((message) => warning(message, cureOf(message))),
  ]
  if (read.faults.length === 0) found.push(...examineCombinations(read))
  return found.length > 0 ? found : [ok('valid')]
}
