import type { ProblemsTexts } from '../problems.js'

const texts = new Map(
  Object.entries({
    'malformed-json': 'Die Anfrage ist kein gültiges JSON.',
    'bad-request': 'Der Server hat die Anfrage nicht verstanden.',
    unauthenticated: 'Melden Sie sich zuerst an.',
    'invalid-refresh-token': 'Melden Sie sich noch einmal an.',
    'invalid-token': 'Dieser Link oder Code gilt nicht mehr.',
    'invalid-passkey': 'Der Passkey konnte nicht geprüft werden.',
    'mfa-setup-required': 'Richten Sie zuerst die Anmeldung in zwei Schritten ein.',
    'recent-sign-in-required': 'Dafür ist eine frische Anmeldung nötig: Melden Sie sich ab und wieder an.',
    'email-not-verified':
      'Bestätigen Sie zuerst Ihre E-Mail-Adresse, mit dem Link, der dorthin gesendet wurde.',
    'account-disabled': 'Das Konto ist gesperrt.',
    'not-found': 'Das gibt es nicht oder nicht mehr.',
    'request-timeout': 'Die Anfrage hat zu lange gedauert.',
    'passkey-limit': 'Das Konto hat schon so viele Passkeys wie möglich.',
    'api-key-limit': 'Es gibt schon so viele API-Schlüssel wie möglich.',
    'webhook-limit': 'Es gibt schon so viele Webhooks wie möglich.',
    'email-taken': 'Ein anderes Konto hat diese E-Mail-Adresse.',
    'sku-taken': 'Ein anderes Produkt hat diese SKU.',
    'insufficient-stock': 'Der Bestand reicht nicht aus.',
    'stock-limit': 'Der Bestand würde zu groß.',
    'stock-changed': 'Der Bestand hat sich inzwischen geändert.',
    'invalid-transition': 'Die Bestellung kann diesen Status nicht annehmen.',
    'precondition-failed': 'Das wurde inzwischen von jemand anderem geändert.',
    'body-too-large': 'Die Daten sind zu groß.',
    'unsupported-media-type': 'Diese Art von Datei wird nicht angenommen.',
    'mail-unavailable': 'Dieser Shop verschickt keine Mails. Fragen Sie einen Admin.',
    unavailable: 'Der Dienst ist gerade nicht verfügbar.',
  }),
)

/** Faults of fields as the server words them. */
const faults: [RegExp, string][] = [
  [/^is required$/, 'fehlt'],
  [/^must be a whole number$/, 'muss eine ganze Zahl sein'],
  [/^must be at least (\S+)$/, 'muss mindestens $1 sein'],
  [/^must be at most (\S+)$/, 'darf höchstens $1 sein'],
  [/^must have at least (\S+) characters?$/, 'muss mindestens $1 Zeichen haben'],
  [/^must have at most (\S+) characters?$/, 'darf höchstens $1 Zeichen haben'],
  [/^must have at most (\S+) decimals?$/, 'darf höchstens $1 Nachkommastellen haben'],
  [/^must be a valid email$/, 'muss eine gültige E-Mail-Adresse sein'],
  [/^must be a valid (\S+)$/, 'muss gültig sein ($1)'],
  [/^does not have the right form$/, 'hat nicht die richtige Form'],
  [/^must not consist only of your name$/, 'darf nicht nur aus Ihrem Namen bestehen'],
  [/^must not consist only of your email address$/, 'darf nicht nur aus Ihrer E-Mail-Adresse bestehen'],
  [
    /^must not be a common password, a sequence or a repetition$/,
    'darf kein häufiges Passwort, keine Folge und keine Wiederholung sein',
  ],
  [/^is not valid$/, 'ist nicht gültig'],
]

export const problems: ProblemsTexts = {
  problem: (code) => texts.get(code),
  fault(message) {
    const [pattern, text = ''] = faults.find(([each]) => each.test(message)) ?? []
    return pattern && message.replace(pattern, text)
  },
}
