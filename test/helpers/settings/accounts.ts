import { integers, OTHER, type Row, STRONG } from './row.js'

/** Settings of sign-ins, sessions and mail. */
export const accounts = {
  JWT_SECRET: {
    key: 'jwtSecret',
    absent: undefined,
    good: [
      [STRONG, STRONG],
      [`${STRONG},${OTHER}`, STRONG],
    ],
    bad: ['short', `${STRONG},short`, ','],
  },
  ENCRYPTION_KEY: {
    key: 'encryptionKeys',
    absent: [],
    good: [
      [STRONG, [STRONG]],
      [`${STRONG}, ${OTHER},`, [STRONG, OTHER]],
    ],
    bad: ['short', `${STRONG},short`, ','],
  },
  ADMIN_EMAIL: {
    key: 'admin',
    absent: undefined,
    good: [['a@shop.test', { email: 'a@shop.test', password: 'correct horse' }]],
    bad: ['a', '@'],
    with: { ADMIN_PASSWORD: 'correct horse' },
  },
  ADMIN_PASSWORD: {
    key: 'admin',
    absent: undefined,
    good: [['correct horse', { email: 'a@shop.test', password: 'correct horse' }]],
    bad: ['short', 'password', 'x'.repeat(1000)],
    with: { ADMIN_EMAIL: 'a@shop.test' },
  },
  ADMIN_MFA: {
    key: 'adminMfaRequired',
    absent: false,
    good: [
      ['required', true],
      ['optional', false],
    ],
    bad: ['true', 'Required', 'yes'],
  },
  BCRYPT_COST: { key: 'bcryptCost', absent: 12, ...integers(4, 16) },
  BCRYPT_NICENESS: { key: 'bcryptNiceness', absent: 19, ...integers(0, 19) },
  SESSION_IDLE_DAYS: {
    key: 'sessionIdleMs',
    absent: 14 * 86_400_000,
    good: [
      ['30', 30 * 86_400_000],
      ['0.5', 43_200_000],
    ],
    bad: ['0', '0.01', '31', 'never'],
  },
  MAIL_URL: {
    key: 'mailUrl',
    absent: undefined,
    good: [
      ['smtp://mail.example', 'smtp://mail.example'],
      ['smtp://[::1]:2525/', 'smtp://[::1]:2525/'],
      ['smtps://shop%40x:p%3Aw@mail.example:465', 'smtps://shop%40x:p%3Aw@mail.example:465'],
    ],
    bad: [
      'mail.example',
      'http://mail.example',
      'smtp://',
      'smtp://*',
      'smtp://mail.example:0',
      'smtp://user@mail.example',
      'smtp://u:%zz@mail.example',
      'smtp://mail.example/path',
      'smtp://mail.example?ignoreTLS=true',
    ],
  },
  MAIL_FROM: {
    key: 'mailFrom',
    absent: 'stockroom@localhost',
    good: [
      ['shop@shop.example', 'shop@shop.example'],
      ['Bramble Lamps <shop@shop.example>', 'Bramble Lamps <shop@shop.example>'],
    ],
    bad: ['shop', 'Shop', '<>', 'Shop <shop>', 'a@b, c@d', 'Shop <a@b> <c@d>', 'a@b\r\nBcc: c@d'],
  },
  PUBLIC_URL: {
    key: 'publicUrl',
    absent: undefined,
    good: [
      ['https://shop.example', 'https://shop.example'],
      ['https://shop.example/', 'https://shop.example'],
      ['http://10.0.0.1:8080/stock/', 'http://10.0.0.1:8080/stock'],
    ],
    bad: [
      'shop.example',
      'ftp://shop.example',
      'https://',
      'https://u:p@shop.example',
      'https://shop.example/?a',
      'https://shop.example/#a',
    ],
  },
  REQUIRE_VERIFIED_EMAIL: {
    key: 'verifiedEmailRequired',
    absent: false,
    good: [
      ['true', true],
      ['false', false],
    ],
    bad: ['yes', '1'],
  },
} satisfies Record<string, Row>
