import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { App } from '../../src/app.js'
import { PATIENCE_MS } from './patience.js'

/** A received mail. */
export interface Received {
  to: string
  subject: string
  /** The plain text. */
  text: string
  /** The whole source. */
  source: string
}

const decode = (text: string) =>
  Buffer.from(
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([\dA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

/** Parses a mail of this program. */
export function parseMail(source: string): Received {
  const [, to = ''] = /^To: <?([^>\r\n]+)>?/m.exec(source) ?? []
  const [, subject = ''] = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(source) ?? []
  const [, text = ''] = /Content-Type: text\/plain.*?\r?\n\r?\n(.*?)\r?\n--/s.exec(source) ?? []
  return { to, subject, text: decode(text), source }
}

/** Returns the token in the link of a mail. */
export const tokenIn = ({ text }: Received): string =>
  /\/#\/(?:reset|verify)\/([\w-]{43})$/m.exec(text)?.[1] ?? ''

/** Returns the mails written to files by `app`, in the order in which they were queued. */
export function mailsOf(app: App): Received[] {
  const { mailFolder } = app.config
  if (!existsSync(mailFolder)) return []
  const files = readdirSync(mailFolder).filter((name) => name.endsWith('.eml'))
  return files.sort().map((name) => parseMail(readFileSync(join(mailFolder, name), 'utf8')))
}

/** Resolves once `holds` is true. @throws Error if that takes too long */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !(await holds()); await sleep(5))
    if (performance.now() > deadline) throw new Error('it never happened')
}

/** Resolves once nothing in the outbox waits to be sent. */
export const allSent = (app: App) =>
  eventually(async () => (await app.db.read.mail.count({ where: { sentAt: null } })) === 0)
