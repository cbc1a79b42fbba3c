import { Type } from '@sinclair/typebox'
import { roles } from '../../contract/user.js'
import { stringEnum, VISIBLE } from '../../http/schema.js'

const MAX_EMAIL = 254 // RFC 5321, 4.5.3.1.3, less the angle brackets

/**
 * As browsers check it (https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address), with a dot in the
 * domain and blanks around it. Every repetition is bounded or can match in one way only, so it runs in linear time.
 */
const EMAIL =
  "^ *[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\\-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9](?:[A-Za-z0-9\\-]{0,61}[A-Za-z0-9])? *$"

const person = { name: 'Ada Lovelace', email: 'ada@shop.example' }
const password = 'correct horse battery'
const refreshToken = 'dGhpcyBpcyBub3QgYSB0b2tlbiBvZiBhbnlib2R5IQA'
const times = { createdAt: '2026-11-22T09:30:00.000Z', updatedAt: '2026-11-22T09:30:00.000Z' }
export const userExample = {
  id: '019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11',
  ...person,
  emailVerified: true,
  mfa: false,
  role: 'customer',
  ...times,
}

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: VISIBLE })

const ChosenPassword = Type.String({
  format: 'password',
  description:
    '8 to 128 characters of any kind but NUL; not a common password, a pattern, blanks, or words of the name, the ' +
    'email address and the shop',
})

const Email = Type.String({
  maxLength: MAX_EMAIL,
  pattern: EMAIL,
  description: 'Stored trimmed and in lower case',
})

export const NewUser = Type.Object(
  {
    name: Name,
    email: Email,
    password: ChosenPassword,
  },
  { title: 'NewUser', additionalProperties: false, examples: [{ ...person, password }] },
)

export const NewPassword = Type.Object(
  { currentPassword: Type.String({ maxLength: 1024 }), newPassword: ChosenPassword },
  {
    title: 'PasswordChange',
    additionalProperties: false,
    examples: [{ currentPassword: password, newPassword: 'nine lamps and a ladder' }],
  },
)

export const ForgottenPassword = Type.Object(
  { email: Email },
  { title: 'ForgottenPassword', additionalProperties: false, examples: [{ email: person.email }] },
)

const MailedToken = Type.String({ maxLength: 1024, description: 'From the link in the mail' })

export const PasswordReset = Type.Object(
  { token: MailedToken, password: ChosenPassword },
  {
    title: 'PasswordReset',
    additionalProperties: false,
    examples: [{ token: refreshToken, password: 'nine lamps and a ladder' }],
  },
)

export const EmailVerification = Type.Object(
  { token: MailedToken },
  { title: 'EmailVerification', additionalProperties: false, examples: [{ token: refreshToken }] },
)

/** The caller's password, for what cannot be undone. */
export const OwnPassword = Type.Object(
  { password: Type.String({ maxLength: 1024 }) },
  { title: 'PasswordProof', additionalProperties: false, examples: [{ password }] },
)

/** Changes of the caller's own account. */
export const UserChanges = Type.Object(
  {
    name: Type.Optional(Name),
    email: Type.Optional(Email),
    password: Type.Optional(
      Type.String({ maxLength: 1024, description: 'The current one, required for a new email address' }),
    ),
  },
  {
    title: 'AccountChanges',
    additionalProperties: false,
    minProperties: 1,
    examples: [{ name: 'Ada King' }],
  },
)

export const Tokens = Type.Optional(
  stringEnum(['cookie', 'body'], {
    default: 'cookie',
    description: '`body` for programs: the response contains the refresh token, and no cookie is set',
  }),
)

export const Login = Type.Object(
  {
    email: Type.String({ maxLength: MAX_EMAIL }),
    password: Type.String({ maxLength: 1024 }),
    tokens: Tokens,
  },
  { title: 'Login', additionalProperties: false, examples: [{ email: person.email, password }] },
)

/**
 * Nothing, or the refresh token of a program, which keeps it itself. An empty object is nothing too: many clients send one
 * with every POST.
 */
export const OwnToken = Type.Unsafe<{ refreshToken?: string } | null | undefined>({
  title: 'OwnRefreshToken',
  type: ['object', 'null'],
  properties: {
    refreshToken: Type.String({
      maxLength: 1024,
      description: 'From a sign-in with `tokens: "body"`, or from a refresh that was answered in the body',
    }),
  },
  additionalProperties: false,
  examples: [{ refreshToken }],
})

/** Nothing. An empty object is nothing too: many clients send one with every POST. */
export const NoBody = Type.Unsafe<Record<string, never> | null | undefined>({
  title: 'NoBody',
  type: ['object', 'null'],
  properties: {},
  additionalProperties: false,
  examples: [{}],
})

export const userMembers = {
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  emailVerified: Type.Boolean({ description: 'Whether the user has shown to receive mail at the address' }),
  mfa: Type.Boolean({ description: 'Whether a sign-in takes a second factor' }),
  role: stringEnum(roles, { title: 'Role' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
}

export const User = Type.Object(userMembers, {
  title: 'User',
  description: 'The user',
  examples: [userExample],
})

export const SignedIn = Type.Object(
  {
    user: User,
    accessToken: Type.String({ description: 'For `Authorization: Bearer`' }),
    expiresIn: Type.Integer({ description: 'Seconds until the access token expires' }),
    refreshToken: Type.Optional(
      Type.String({ description: 'If the client asked for it in the body; valid once' }),
    ),
  },
  {
    title: 'SignedIn',
    description:
      'Also sets the cookies of both tokens (in production `__Host-access_token` and `__Secure-refresh_token`), and a ' +
      'sign-in that of the device (`__Secure-device_token`), unless the client keeps its tokens itself',
    examples: [{ user: userExample, accessToken: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', expiresIn: 900 }],
  },
)

export const SessionList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          createdAt: Type.String({ format: 'date-time' }),
          lastUsedAt: Type.String({
            format: 'date-time',
            description: 'Time of the sign-in or the last refresh',
          }),
          userAgent: Type.Union([Type.String(), Type.Null()]),
          ip: Type.Union([Type.String(), Type.Null()]),
          current: Type.Boolean({ description: 'Whether this request belongs to the session' }),
        },
        { title: 'Session' },
      ),
    ),
  },
  {
    title: 'SessionList',
    description: 'The live sessions',
    examples: [
      {
        items: [
          {
            id: '019aa3c2-8b10-7d52-b6a1-5f1f0c9e7d42',
            createdAt: times.createdAt,
            lastUsedAt: times.updatedAt,
            userAgent: 'Mozilla/5.0',
            ip: '203.0.113.7',
            current: true,
          },
        ],
      },
    ],
  },
)

export const SessionParams = Type.Object({ id: Type.String() })

/** Without a body. */
export const Accepted = Type.Unsafe<undefined>({ type: 'null', description: 'Accepted' })

export const NoContent = Type.Null({ description: 'Done' })

export const EmailVerified = Type.Null({
  description: 'Done',
  headers: {
    'Password-Required': Type.Literal('true', {
      description: 'Sent if the account has no password any more. The same token sets one.',
    }),
  },
})
