import type { ComponentChildren } from 'preact'
import { translated } from './language.js'
import { phrase } from './phrase.js'

const english = {
  thatTookTooLong: 'That took too long: begin again.',
  code: 'Code',
  sixDigitsOfYour: 'Six digits of your authenticator app, or one of your recovery codes.',
  oneOfYourRecovery: 'One of your recovery codes, if you can’t use a passkey here.',
  signingIn: 'Signing in…',
  continue: 'Continue',
  back: 'Back',
  noPasskeyWasUsed: 'No passkey was used.',
  browsersBindPasskeysTo:
    'Browsers bind passkeys to a name: open the page by its name, not by an IP address.',
  waitingForThePasskey: 'Waiting for the passkey…',
  signInWithA: 'Sign in with a passkey',
  password: 'Password',
  signIn: 'Sign in',
  emailOrPasswordIs: 'Email or password is wrong.',
  thisCodeIsWrong: 'This code is wrong, or was used already.',
  tryAgain: (why: string, soon: string) => `${why} Try again ${soon}.`,
  theDashboardIsFor: 'The dashboard is for admins and staff of this shop.',
  forgotYourPassword: 'Forgot your password?',
  adminsAndStaffOnly: 'Admins and staff only',
  thisPageIsFor: 'This page is for admins and staff',
  signedInAs: (name: ComponentChildren, email: string) =>
    phrase`You are signed in as ${name} (${email}), which is a customer’s account. It can place and follow orders, but it can’t run the shop.`,
}
export type SessionTexts = typeof english

export const t = translated('session', english)
