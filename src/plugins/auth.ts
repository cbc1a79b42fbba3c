import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import type { FastifyRequest, onRouteHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { type Access, createAccess } from '../accounts/access/access.js'
import { beforeMfa, type Permission } from '../accounts/access/permissions.js'
import { type Actor, actorOf, isKey, originOf, type Principal } from '../accounts/access/principal.js'
import { AccessTokens, signOptions, verifyOptions } from '../accounts/access-tokens/access-tokens.js'
import type { Identity, VerifiedIdentity } from '../accounts/access-tokens/claims.js'
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
  /** The cookies of a sign-in, under the names that this server gives them. */
  readonly cookies: TokenCookies
  /** Recognises browsers that signed in to an account before. */
  readonly devices: KnownDevices
  readonly revokedSessions: RevokedSessions
  /** Decides what a caller may do. */
  readonly access: Access
  /**
   * Verifies an access token or an API key that did not come with a request.
   * @throws Problem `unauthenticated`
   */
  verify(token: string): Principal
  /** Whether the session or key of `principal` has not ended. */
  isLive(principal: Principal): boolean
  /** @throws Problem `unauthenticated`, or `cross-site-request` for a change by cookie */
  identify(request: FastifyRequest): Principal
  /** @throws Problem `cross-site-request` for a state-changing request from another site */
  refuseIfCrossSite(request: FastifyRequest): void
  /**
   * Identifies the caller, and sets `request.user` for a user.
   * @throws Problem as `identify`, and without `permission` `forbidden`, or `mfa-setup-required` for an admin who lacks a
   * second factor that the settings require
   */
  authorize(request: FastifyRequest, permission: Permission): void
  /**
   * Returns the hook that requires `permission` on every route of a scope:
   * `app.addHook('onRoute', app.auth.require('orders:read'))`.
   */
  require(permission: Permission): onRouteHookHandler
  /** Whether the authenticated caller of `request` has `permission`. */
  may(request: FastifyRequest, permission: Permission): boolean
  /** Returns who makes a change by the authenticated `request`. */
  actorOf(request: FastifyRequest): Actor
  /** Returns the origin of a change by the authenticated `request`, for the log and the audit trail. */
  originOf(request: FastifyRequest): Origin
}

declare module 'fastify' {
  interface FastifyInstance {
    auth: Auth
  }
  interface FastifyContextConfig {
    /** The permission that the route requires. */
    access?: Permission
    /** For a route about rows of the caller's own: the permission that extends it to all rows, if there is one. */
    rows?: 'own' | Permission
  }
}

/** Sign-in for route scopes: access tokens, and the permissions that routes require. */
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
    const cookies = createTokenCookies(production)
    const revokedSessions = await loadRevokedSessions(app.db)
    const tokens = new AccessTokens({
      jwt: app.jwt,
      retiredKeys: retiredJwtSecrets,
      hasEnded: (sessionId) => revokedSessions.has(sessionId),
    })
    const isCrossSite = (request: FastifyRequest['raw']) => app.forwarding.isCrossSite(request)
    const { identify, refuseIfCrossSite } = createIdentify({ tokens, cookies, isCrossSite })

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
      refuseIfCrossSite,
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
