import type { Mail, User } from '#prisma'
import type { Db } from '../../db/db.js'
import type { Tx } from '../../db/transaction.js'
import type { Message } from '../../mail/message.js'
import type { MailKind } from '../../mail/outbox.js'
import { emailChange } from '../../mail/templates/email-change.js'
import { emailVerification } from '../../mail/templates/email-verification.js'
import { type Content, render } from '../../mail/templates/layout.js'
import { passwordReset } from '../../mail/templates/password-reset.js'
import { issueToken, LIFETIME_MS, type TokenKind } from './mail-tokens.js'

export interface ComposeOptions {
  db: Db
  shopName: string
  /** Returns the address of a page, which gets the token in the fragment: browsers send it to no server. */
  linkTo(page: 'reset' | 'verify', token: string): string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * Returns the function to compose the mails about accounts. Each attempt to send one has a token of its own, so
 * none is stored, and the link is as long valid as it says from when the mail is sent.
 */
export function createComposer({ db, shopName, linkTo }: ComposeOptions) {
  const contentOf = async (tx: Tx, mail: Mail, user: User): Promise<Content | undefined> => {
    const issue = async (kind: TokenKind) => {
      const at = await db.dialect.now(tx)
      return issueToken(tx, { userId: user.id, kind, email: mail.recipient }, at)
    }
    switch (mail.kind as MailKind) {
      case 'password-reset':
        // The address of the account may have changed since.
        if (user.disabled || user.email !== mail.recipient) return undefined
        return passwordReset(shopName, linkTo('reset', await issue('reset')), LIFETIME_MS.reset / MINUTE_MS)
      case 'email-verification':
        if (user.emailVerified && user.email === mail.recipient) return undefined
        return emailVerification(
          shopName,
          linkTo('verify', await issue('verification')),
          LIFETIME_MS.verification / HOUR_MS,
        )
      case 'email-change':
        return emailChange(shopName)
      default:
        return undefined
    }
  }

  /** Composes a mail for one attempt; undefined if there is nothing to tell any more. */
  return async (mail: Mail): Promise<Message | undefined> => {
    const content = await db.write(async (tx) => {
      const { id, userId } = mail
      if (userId === null) return undefined
      await db.dialect.lockUsers(tx, [userId], true)
      const user = await tx.user.findUnique({ where: { id: userId } })
      // The mail may have been voided since it was claimed.
      const isThere = user && (await tx.mail.count({ where: { id } })) > 0
      return isThere ? contentOf(tx, mail, user) : undefined
    })
    return content && { id: mail.id, recipient: mail.recipient, ...render(content, shopName) }
  }
}
