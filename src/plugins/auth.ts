import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import type { FastifyRequest, onRouteHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { type Access, createAccess } from '../accounts/access/access.js'
import { beforeMfa, type Permission } from '../accounts/access/permissions.js'
import { type Actor, actorOf, isKey, originOf, type Principal } from '../accounts/access/principal.js'
import type { Identity, VerifiedIdentity } from '../accounts/access-tokens/claims.js'
import { AccessTokens, signOptions, verifyOptions } from '../accounts/access-tokens/jwt.js'
import { loadSigningKey } from '../accounts/access-tokens/signing-key.js'
import { createKnownDevices, type KnownDevices } from '../accounts/lockout/known-devices.js'
import { loadRevokedSessions, type RevokedSessions } from '../accounts/sessions/revoked-sessions.js'
import { dataFolder } from '../db/open.js'
import { emailNotVerified, mfaSetupRequired, Problem, problems } from '../errors.js'
import { createIdentify, KEY_START } from '../http/identify.js'
import { withRefusal } from '../http/refusals.js'
import { createTokenCookies, type TokenCookies } from '../http/token-cookies.js'
import type { Origin } from '../stream/origin.js'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Identity
    user: VerifiedIdentity
  }
}

export interface Auth {
  /** Signs and verifies access tokens. */
  readonly tokens: AccessTokens
  /** The cookies of a sign-in, under this server's names. */
  readonly cookies: TokenCookies
  /** Recognises browsers with an earlier sign-in to an account. */
  readonly devices: KnownDevices
  readonly revokedSessions: RevokedSessions
  /** Decides on the permissions of a caller. */
  readonly access: Access
  /**
   * Verifies an access token or an API key from elsewhere than a request.
   * @throws Problem `unauthenticated`
   */
  verify(token: string): Principal
  /** Whether the session or key of `principal` has not ended. */
  isLive(principal: Principal): boolean
  /**
   * Returns the identity of `request`.
   * @param refuse checks the source of a change by cookie; by default it must be known, and an own or allowed origin
   * @throws Problem `unauthenticated`, `cross-site-request`
   */
  identify(request: FastifyRequest, refuse?: (request: FastifyRequest) => void): Principal
  /** @throws Problem `cross-site-request` for a request from a page of a foreign origin */
  refuseForeign(request: FastifyRequest): void
  /**
   * Identifies the caller, and sets `request.user` for a user.
   * @throws Problem as `identify`, and without `permission` `forbidden`, or `mfa-setup-required` for an admin who lacks a
   * second factor required by the settings
   */
  authorize(request: FastifyRequest, permission: Permission): void
  /**
   * Returns the hook to require `permission` on every route of a scope:
   * `app.addHook('onRoute', app.auth.require('orders:read'))`.
   */
  require(permission: Permission): onRouteHookHandler
  /** Whether the authenticated caller of `request` has `permission`. */
  may(request: FastifyRequest, permission: Permission): boolean
  /** Returns the author of a change by the authenticated `request`. */
  actorOf(request: FastifyRequest): Actor
  /** Returns the origin of a change by the authenticated `request`, for the log and the audit trail. */
  originOf(request: FastifyRequest): Origin
}

declare module 'fastify' {
  interface FastifyInstance {
    auth: Auth
  }
  interface FastifyContextConfig {
    /** The required permission. */
    access?: Permission
    /** For a route about rows of the caller's own: the permission for all rows, if there is one. */
    rows?: 'own' | Permission
  }
}

/** Sign-in for route scopes: access tokens, and the permissions of routes. */
export default fp(
  async (app) => {
    const { jwtSecret, retiredJwtSecrets, databaseUrl, production } = app.config
    // It writes cookies; TokenCookies reads the two of a sign-in.
    await app.register(cookie, { hook: false })
    const { key, warning } = jwtSecret
      ? { key: jwtSecret, warning: undefined }
      : loadSigningKey(dataFolder(databaseUrl))
    if (warning) app.log.warn(warning)
    await app.register(jwt, { secret: key, sign: signOptions, verify: verifyOptions })

    const access = createAccess(app.config)
    const cookies = createTokenCookies(production, app.basePath)
    const revokedSessions = await loadRevokedSessions(app.db)
    const tokens = new AccessTokens({
      jwt: app.jwt,
      retiredKeys: retiredJwtSecrets,
      hasEnded: (sessionId) => revokedSessions.has(sessionId),
    })
    const sourceOf = (request: FastifyRequest['raw']) => app.forwarding.sourceOf(request)
    const { identify, refuseForeign } = createIdentify({ tokens, cookies, sourceOf })

    const { ring } = app.apiKeys
    const keyEnded = () => new Problem(problems.unauthenticated, 'The API key is not valid or has expired.')
    const isLive = (principal: Principal) =>
      isKey(principal) ? ring.isLive(principal) : !revokedSessions.has(principal.sid)
    const principalOf = (request: FastifyRequest): Principal => request.apiKey ?? request.user

    // A body may arrive half a minute after its headers were checked: the session or key may have ended meanwhile.
    app.addHook('preValidation', (request, _reply, done) => {
      if (request.apiKey && !isLive(request.apiKey)) throw keyEnded()
      if (request.user) tokens.refuseIfEnded(request.user)
      done()
    })

    const authorize: Auth['authorize'] = (request, permission) => {
      const principal = identify(request)
      if (!isKey(principal)) request.user = principal
      if (access.may(principal, permission)) return
      if (access.lacksMfa(principal)) throw mfaSetupRequired()
      if (access.lacksVerifiedEmail(principal, permission)) throw emailNotVerified()
      throw new Problem(problems.forbidden, `This requires the permission ${permission}.`)
    }

    app.decorate('auth', {
      tokens,
      cookies,
      devices: createKnownDevices({ secrets: [key, ...retiredJwtSecrets] }),
      revokedSessions,
      access,
      identify,
      refuseForeign,
      authorize,
      isLive,
      verify(token) {
        if (!token.startsWith(KEY_START)) return tokens.verify(token)
        const principal = ring.verify(token)
        if (!principal) throw keyEnded()
        app.apiKeys.lastUsed.note(principal.keyId)
        return principal
      },
      require: (permission) => (route) => {
        const { schema } = route
        if (schema) {
          const response = withRefusal(schema.response as Record<number, object>, 'unauthenticated')
          const refused = withRefusal(response, 'forbidden')
          const isOfSetUp = beforeMfa.includes(permission)
          route.schema = {
            ...schema,
            response: isOfSetUp ? refused : withRefusal(refused, 'mfaSetupRequired'),
          }
        }
        route.config = { ...route.config, access: permission }
        route.onRequest = [
          (request, _reply, done) => {
            authorize(request, permission)
            done()
          },
          ...[route.onRequest ?? []].flat(),
        ]
      },
      may: (request, permission) => access.may(principalOf(request), permission),
      actorOf: (request) => actorOf(principalOf(request), request.id),
      originOf: (request) => originOf(actorOf(principalOf(request), request.id)),
    } satisfies Auth)
  },
  { name: 'auth', dependencies: ['config', 'db', 'errors', 'forwarding', 'api-keys'] },
)
