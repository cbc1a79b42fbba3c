import type { FactorsTexts } from '../factors.js'
import { plural } from '../plural.js'

export const factors: FactorsTexts = {
  sixDigitsOfThe: 'Sechs Ziffern der App oder ein Wiederherstellungscode.',
  code: 'Code',
  isWrongOrWas: 'ist falsch oder wurde schon benutzt',
  scanThisWithThe: 'Scannen Sie dies mit der App, oder tippen Sie den Schlüssel ein.',
  qrCodeOfThe: 'QR-Code des Schlüssels darunter',
  codeOfTheApp: 'Code der App',
  isWrongItChanges: 'ist falsch: Er wechselt alle 30 Sekunden',
  turningOn: 'Wird eingeschaltet…',
  turnOn: 'Einschalten',
  codesAreOnAlready: 'Codes sind schon eingeschaltet. Um die App zu wechseln, schalten Sie sie zuerst aus.',
  whetherItWasDone: (why) =>
    `${why} Ob es geschehen ist, ist nicht bekannt: Laden Sie die Seite neu, bevor Sie es noch einmal versuchen.`,
  youSignedInMore:
    'Ihre Anmeldung ist mehr als 10 Minuten her: Geben Sie einen Wiederherstellungscode ein, oder melden Sie sich ab und wieder an.',
  newRecoveryCodes: 'Neue Wiederherstellungscodes',
  youGetTenNew: 'Sie erhalten zehn neue Codes, die bisherigen werden ungültig.',
  aRecoveryCodeUnless: 'Ein Wiederherstellungscode, wenn Sie sich nicht gerade angemeldet haben.',
  makeNewCodes: 'Neue Codes erzeugen',
  making: 'Wird erzeugt…',
  signInsNowTake: 'Anmeldungen haben jetzt einen zweiten Schritt.',
  keepTheseRecoveryCodes:
    'Bewahren Sie diese Wiederherstellungscodes dort auf, wo Sie sie ohne Ihr Telefon finden. Jeder ersetzt einmal einen Code. Sie werden nicht noch einmal angezeigt.',
  iHaveKeptThem: 'Ich habe sie aufbewahrt',
  setUpTwoStep: 'Anmeldung in zwei Schritten einrichten',
  thisShopRequiresIt: (email) => `Dieser Shop verlangt sie von Admins. Sie sind angemeldet als ${email}.`,
  codesOfAnApp: 'Codes einer App sind nicht eingeschaltet.',
  turnCodesOff: 'Codes ausschalten',
  turnOff: 'Ausschalten',
  turningOff: 'Wird ausgeschaltet…',
  keepThemOn: 'Eingeschaltet lassen',
  anAuthenticatorAppOn:
    'Eine Authenticator-App auf Ihrem Telefon zeigt einen Code, den Sie nach Ihrem Passwort eingeben.',
  continuing: 'Weiter…',
  continue: 'Weiter',
  twoStepSignIn: 'Anmeldung in zwei Schritten',
  onWhoeverKnowsYour: 'Ein: Wer Ihr Passwort kennt, kann sich trotzdem nicht als Sie anmelden.',
  offWhoeverKnowsYour: 'Aus: Wer Ihr Passwort kennt, kann sich als Sie anmelden.',
  setUpAnApp: 'App einrichten…',
  newRecoveryCodes2: 'Neue Wiederherstellungscodes…',
  turnCodesOff2: 'Codes ausschalten…',
  thisDeviceHasA: 'Dieses Gerät hat schon einen Passkey Ihres Kontos.',
  noPasskeyWasMade: 'Es wurde kein Passkey angelegt.',
  browsersBindPasskeysTo:
    'Browser binden Passkeys an einen Namen: Öffnen Sie die Seite mit ihrem Namen, nicht mit einer IP-Adresse.',
  passkeyAdded: 'Passkey hinzugefügt',
  addPasskey: 'Passkey hinzufügen',
  byWhichYouTell: 'Woran Sie ihn erkennen, etwa Telefon.',
  adding: 'Wird hinzugefügt…',
  passkeys: 'Passkeys',
  aPasskeyOfYour:
    'Mit einem Passkey Ihres Telefons, Computers oder Sicherheitsschlüssels melden Sie sich ohne Passwort und ohne Code an.',
  youHaveNone: 'Sie haben keine.',
  used: (time) => `benutzt ${time}`,
  neverUsed: 'nie benutzt',
  remove: 'Entfernen…',
  remove2: (name) => `${name} entfernen`,
  addPasskey2: 'Passkey hinzufügen…',
  thisBrowserHasNo: 'Dieser Browser hat hier keine Passkeys: Sie brauchen HTTPS.',
  itSignsInNo: 'Er meldet nicht mehr an, und Ihre anderen Sitzungen enden.',
  removePasskey: 'Passkey entfernen',
  removing: 'Wird entfernt…',
  codesLeft: (n) =>
    n === 0
      ? 'Es ist kein Wiederherstellungscode übrig.'
      : plural(n, {
          one: 'Ein Wiederherstellungscode ist übrig.',
          other: '# Wiederherstellungscodes sind übrig.',
        }),
  addedAt: (time) => `hinzugefügt ${time}`,
  synced: 'auch auf anderen Geräten',
  earlierCodesAreVoid: 'Die bisherigen Codes sind ungültig.',
}
