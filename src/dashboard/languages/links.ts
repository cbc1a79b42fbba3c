import type { ComponentChildren } from 'preact'
import { translated } from './language.js'
import { phrase } from './phrase.js'

const english = {
  thisShopSendsNo: 'This shop sends no mail. Ask an admin, who can set a new password.',
  thisIsNotAn: 'This is not an email address.',
  lookAtYourMail: 'Look at your mail',
  backToTheSign: 'Back to the sign-in',
  forgotYourPassword: 'Forgot your password?',
  aLinkThatSets: 'A link that sets a new one comes by mail.',
  sendTheLink: 'Send the link',
  thisLinkNoLonger: 'This link no longer works',
  itWasUsedAlready: 'It was used already, a newer one was sent, or it is too old.',
  whetherThePasswordWas: (why: string) =>
    `${why} Whether the password was set is not known: try to sign in with it.`,
  yourPasswordIsSet: 'Your password is set',
  youAreSignedOut: 'You are signed out everywhere. Sign in with the new password where you use your account.',
  toTheDashboardFor: 'To the dashboard, for admins and staff',
  requestANewLink: 'Request a new link',
  setANewPassword: 'Set a new password',
  yourEmailAddressIs:
    'Your email address is confirmed. You were not signed in here, so the password and everything else from before no longer signs anybody in. Set your password now.',
  newPassword: 'New password',
  n8To128Characters: '8 to 128 characters. Several words that only you would put together are best.',
  setting: 'Setting…',
  setPassword: 'Set password',
  yourEmailAddressIs2: 'Your email address is confirmed',
  thankYouYouCan: 'Thank you. You can close this page.',
  signInWhereYou: 'Sign in where you use your account to get a new one.',
  confirmYourEmailAddress: 'Confirm your email address',
  itIsTheAddress: 'It is the address that this link was sent to.',
  forANewAccount:
    'For a new account, follow the link where you are signed in, or set a new password in the next step.',
  confirming: 'Confirming…',
  confirm: 'Confirm',
  linkOnItsWay: (email: ComponentChildren) =>
    phrase`If an account has the address ${email}, a link that sets a new password is on its way. It is valid for 30 minutes.`,
}
export type LinksTexts = typeof english

export const t = translated('links', english)
