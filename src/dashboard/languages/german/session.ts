import { phrase } from '../phrase.js'
import type { SessionTexts } from '../session.js'

export const session: SessionTexts = {
  thatTookTooLong: 'Das hat zu lange gedauert: Beginnen Sie von vorn.',
  code: 'Code',
  sixDigitsOfYour: 'Sechs Ziffern Ihrer Authenticator-App oder einer Ihrer Wiederherstellungscodes.',
  oneOfYourRecovery: 'Einer Ihrer Wiederherstellungscodes, wenn Sie hier keinen Passkey benutzen können.',
  signingIn: 'Anmeldung läuft…',
  continue: 'Weiter',
  back: 'Zurück',
  noPasskeyWasUsed: 'Es wurde kein Passkey benutzt.',
  browsersBindPasskeysTo:
    'Browser binden Passkeys an einen Namen: Öffnen Sie die Seite mit ihrem Namen, nicht mit einer IP-Adresse.',
  waitingForThePasskey: 'Wartet auf den Passkey…',
  signInWithA: 'Mit einem Passkey anmelden',
  password: 'Passwort',
  signIn: 'Anmelden',
  emailOrPasswordIs: 'E-Mail oder Passwort ist falsch.',
  thisCodeIsWrong: 'Dieser Code ist falsch oder wurde schon benutzt.',
  tryAgain: (why, soon) => `${why} Versuchen Sie es ${soon} noch einmal.`,
  theDashboardIsFor: 'Das Dashboard ist für Admins und Personal dieses Shops.',
  forgotYourPassword: 'Passwort vergessen?',
  adminsAndStaffOnly: 'Nur für Admins und Personal',
  thisPageIsFor: 'Diese Seite ist für Admins und Personal',
  signedInAs: (name, email) =>
    phrase`Sie sind angemeldet als ${name} (${email}). Das ist das Konto eines Kunden: Es kann bestellen und Bestellungen verfolgen, aber nicht den Shop führen.`,
}
