import type { FailuresTexts } from '../failures.js'

export const failures: FailuresTexts = {
  theServerAnswered: (status) => `Der Server antwortete mit ${status}.`,
  theServerTakesToo: 'Der Server braucht zu lange für eine Antwort.',
  theServerCantBe: 'Der Server ist nicht erreichbar.',
  inAMoment: 'gleich',
  inMin: (minutes) => `in ${minutes} Min.`,
  somethingWentWrongOn:
    'Auf dieser Seite ist etwas schiefgegangen. Laden Sie sie neu, und versuchen Sie es noch einmal.',
  thisAccountMayNot: 'Dieses Konto darf das nicht mehr. Melden Sie sich als Admin an.',
  theServerTakesThis:
    'Der Server hält diese Seite für die einer anderen Website. Ein Proxy davor muss den Host-Header weitergeben.',
  thisIsTheLast: 'Das ist der letzte Admin des Shops. Machen Sie zuerst jemand anderen zum Admin.',
  tooManyWrongPasswords: (soon) => `Zu viele falsche Passwörter. Versuchen Sie es ${soon} noch einmal.`,
  tooManyRequestsCame: 'Von hier kamen zu viele Anfragen.',
  theServerIsBusy: 'Der Server ist ausgelastet.',
  cookiesDropped:
    'E-Mail und Passwort stimmen, aber diese Seite kam über einfaches HTTP, und die Cookies des Servers sind nur für HTTPS. Deshalb verwirft sie der Browser. Öffnen Sie das Dashboard unter seiner https://-Adresse.',
  somethingWentWrong: 'Auf dem Server ist etwas schiefgegangen. Es wurde dort vermerkt.',
  somethingWentWrongAs: (instance) =>
    `Auf dem Server ist etwas schiefgegangen. Es wurde dort vermerkt als ${instance}.`,
}
