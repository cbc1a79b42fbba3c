import { translated } from './language.js'

const english = {
  theServerAnswered: (status: string) => `The server answered ${status}.`,
  theServerTakesToo: 'The server takes too long to answer.',
  theServerCantBe: "The server can't be reached.",
  inAMoment: 'in a moment',
  inMin: (seconds: string) => `in ${seconds} min`,
  somethingWentWrongOn: 'Something went wrong on this page. Reload it and try again.',
  thisAccountMayNot: 'This account may not do this any more. Sign in as an admin.',
  theServerTakesThis:
    'The server takes this page for another site’s. Behind a proxy, it must pass on the Host header.',
  thisIsTheLast: 'This is the last admin of the shop. Make somebody else an admin first.',
  tooManyWrongPasswords: (soon: string) => `Too many wrong passwords. Try again ${soon}.`,
  tooManyRequestsCame: 'Too many requests came from here.',
  theServerIsBusy: 'The server is busy.',
  cookiesDropped:
    'Email and password are right, but this page came over plain HTTP and the server’s cookies are for HTTPS only, so the browser drops them. Open the dashboard by its https:// address.',
  somethingWentWrong: 'Something went wrong on the server. It was noted there.',
  somethingWentWrongAs: (instance: string) =>
    `Something went wrong on the server. It was noted there as ${instance}.`,
}
export type FailuresTexts = typeof english

export const t = translated('failures', english)
