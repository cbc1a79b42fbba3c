import type { LinksTexts } from '../links.js'
import { phrase } from '../phrase.js'

export const links: LinksTexts = {
  thisShopSendsNo:
    'Dieser Shop verschickt keine Mails. Fragen Sie einen Admin, der ein neues Passwort setzen kann.',
  thisIsNotAn: 'Das ist keine E-Mail-Adresse.',
  lookAtYourMail: 'Sehen Sie in Ihre Mails',
  backToTheSign: 'Zurück zur Anmeldung',
  forgotYourPassword: 'Passwort vergessen?',
  aLinkThatSets: 'Ein Link, um ein neues zu setzen, kommt per Mail.',
  sendTheLink: 'Link senden',
  thisLinkNoLonger: 'Dieser Link gilt nicht mehr',
  itWasUsedAlready: 'Er wurde schon benutzt, ein neuerer wurde gesendet, oder er ist zu alt.',
  whetherThePasswordWas: (why) =>
    `${why} Ob das Passwort gesetzt wurde, ist nicht bekannt: Versuchen Sie, sich damit anzumelden.`,
  yourPasswordIsSet: 'Ihr Passwort ist gesetzt',
  youAreSignedOut:
    'Sie sind überall abgemeldet. Melden Sie sich mit dem neuen Passwort dort an, wo Sie Ihr Konto benutzen.',
  toTheDashboardFor: 'Zum Dashboard, für Admins und Personal',
  requestANewLink: 'Neuen Link anfordern',
  setANewPassword: 'Neues Passwort setzen',
  yourEmailAddressIs:
    'Ihre E-Mail-Adresse ist bestätigt. Sie waren hier nicht angemeldet, deshalb melden das Passwort und alles andere von vorher niemanden mehr an. Setzen Sie jetzt Ihr Passwort.',
  newPassword: 'Neues Passwort',
  n8To128Characters: '8 bis 128 Zeichen. Am besten mehrere Wörter, die nur Sie so verbinden.',
  setting: 'Wird gesetzt…',
  setPassword: 'Passwort setzen',
  yourEmailAddressIs2: 'Ihre E-Mail-Adresse ist bestätigt',
  thankYouYouCan: 'Danke. Sie können diese Seite schließen.',
  signInWhereYou: 'Melden Sie sich dort an, wo Sie Ihr Konto benutzen, um einen neuen zu erhalten.',
  confirmYourEmailAddress: 'Bestätigen Sie Ihre E-Mail-Adresse',
  itIsTheAddress: 'Es ist die Adresse, an die dieser Link gesendet wurde.',
  forANewAccount:
    'Für ein neues Konto folgen Sie dem Link dort, wo Sie angemeldet sind, oder setzen Sie im nächsten Schritt ein neues Passwort.',
  confirming: 'Wird bestätigt…',
  confirm: 'Bestätigen',
  linkOnItsWay: (email) =>
    phrase`Hat ein Konto die Adresse ${email}, so ist ein Link unterwegs, mit dem Sie ein neues Passwort setzen. Er gilt 30 Minuten.`,
}
