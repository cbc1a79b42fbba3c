import { type Permission, permissionsOfScope } from '../../accounts/access/permissions.js'
import { scopes } from '../../contract/api-key.js'

/** The ways to sign in. @param cookies names of the token cookies */
export const securitySchemes = (cookies: { access: string; refresh: string }) =>
  ({
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token of a sign-in, valid for 15 minutes',
    },
    cookie: {
      type: 'apiKey',
      in: 'cookie',
      name: cookies.access,
      description: 'The access token of a sign-in in a browser',
    },
    apiKey: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'sk_…',
      description: `An API key. Each requirement names a scope that is enough: ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`,
    },
    refreshCookie: {
      type: 'apiKey',
      in: 'cookie',
      name: cookies.refresh,
      description: 'The refresh token of a sign-in in a browser, valid once',
    },
  }) as const

/** Returns the scopes of API keys that grant `permission`. */
const scopesFor = (permission: Permission) =>
  scopes.filter((scope) => permissionsOfScope[scope].includes(permission))

/** Returns the ways to call a route that requires `permission`: any one of them. */
export const securityOf = (permission: Permission): Record<string, string[]>[] => [
  { bearer: [] },
  { cookie: [] },
  ...scopesFor(permission).map((scope) => ({ apiKey: [scope] })),
]
