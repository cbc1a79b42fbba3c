import { translated } from './language.js'
import { plural } from './plural.js'

const english = {
  sixDigitsOfThe: 'Six digits of the app, or a recovery code.',
  code: 'Code',
  isWrongOrWas: 'is wrong, or was used already',
  scanThisWithThe: 'Scan this with the app, or type the key into it.',
  qrCodeOfThe: 'QR code of the key below',
  codeOfTheApp: 'Code of the app',
  isWrongItChanges: 'is wrong: it changes every 30 seconds',
  turningOn: 'Turning on…',
  turnOn: 'Turn on',
  codesAreOnAlready: 'Codes are on already. To change the app, turn them off first.',
  whetherItWasDone: (why: string) =>
    `${why} Whether it was done is not known: reload the page before you try again.`,
  youSignedInMore: 'You signed in more than 10 minutes ago: enter a recovery code, or sign out and in again.',
  newRecoveryCodes: 'New recovery codes',
  youGetTenNew: 'You get ten new codes, and the earlier ones become void.',
  aRecoveryCodeUnless: 'A recovery code, unless you have just signed in.',
  makeNewCodes: 'Make new codes',
  making: 'Making…',
  signInsNowTake: 'Sign-ins now take a second step.',
  keepTheseRecoveryCodes:
    'Keep these recovery codes where you find them without your phone. Each replaces a code once. They are not shown again.',
  iHaveKeptThem: 'I have kept them',
  setUpTwoStep: 'Set up two-step sign-in',
  thisShopRequiresIt: (email: string) => `This shop requires it of admins. You are signed in as ${email}.`,
  codesOfAnApp: 'Codes of an app are not on.',
  turnCodesOff: 'Turn codes off',
  turnOff: 'Turn off',
  turningOff: 'Turning off…',
  keepThemOn: 'Keep them on',
  anAuthenticatorAppOn:
    'An authenticator app on your phone shows a code, which you type after your password.',
  continuing: 'Continuing…',
  continue: 'Continue',
  twoStepSignIn: 'Two-step sign-in',
  onWhoeverKnowsYour: 'On: whoever knows your password still can’t sign in as you.',
  offWhoeverKnowsYour: 'Off: whoever knows your password can sign in as you.',
  setUpAnApp: 'Set up an app…',
  newRecoveryCodes2: 'New recovery codes…',
  turnCodesOff2: 'Turn codes off…',
  thisDeviceHasA: 'This device has a passkey of your account already.',
  noPasskeyWasMade: 'No passkey was made.',
  browsersBindPasskeysTo:
    'Browsers bind passkeys to a name: open the page by its name, not by an IP address.',
  passkeyAdded: 'Passkey added',
  addPasskey: 'Add passkey',
  byWhichYouTell: 'By which you tell it from others, such as Phone.',
  adding: 'Adding…',
  passkeys: 'Passkeys',
  aPasskeyOfYour:
    'A passkey of your phone, computer or security key signs you in without a password and a code.',
  youHaveNone: 'You have none.',
  used: (time: string) => `used ${time}`,
  neverUsed: 'never used',
  remove: 'Remove…',
  remove2: (name: string) => `Remove ${name}`,
  addPasskey2: 'Add passkey…',
  thisBrowserHasNo: 'This browser has no passkeys here: they need HTTPS.',
  itSignsInNo: 'It signs in no more, and your other sessions end.',
  removePasskey: 'Remove passkey',
  removing: 'Removing…',
  codesLeft: (n: number) =>
    n === 0
      ? 'No recovery codes are left.'
      : plural(n, { one: 'One recovery code is left.', other: '# recovery codes are left.' }),
  addedAt: (time: string) => `added ${time}`,
  synced: 'synced to other devices',
  earlierCodesAreVoid: 'The earlier codes are void.',
}
export type FactorsTexts = typeof english

export const t = translated('factors', english)
