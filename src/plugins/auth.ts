import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import { createVerifier } from 'fast-jwt'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import {
  ACCESS_TOKEN_TYPE,
  accessClaims,
  type Identity,
  type VerifiedIdentity,
} from '../accounts/access-claims.js'
import { verifyByAny } from '../accounts/key-rotation.js'
import { loadRevokedSessions, type RevokedSessions } from '../accounts/revoked-sessions.js'
import { keptSigningKey } from '../accounts/signing-key.js'
import { ACCESS_TOKEN_SECONDS } from '../accounts/token-life.js'
import { verifyOnce } from '../accounts/verified-tokens.js'
import { dataFolder } from '../db/open.js'
import { Problem, problems } from '../errors.js'
import { createTokenCookies, type TokenCookies } from '../http/token-cookies.js'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: Identity
    user: Identity
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    revokedSessions: RevokedSessions
    /** The cookies of a sign-in, by the names that they have here. */
    tokenCookies: TokenCookies
    signAccessToken(identity: Identity): string
    /** @throws Problem `unauthenticated` for a token that is not good or whose session has ended */
    verifyAccessToken(token: string): VerifiedIdentity
    /**
     * Who `request` speaks for, by its header or else its cookie.
     * @throws Problem `unauthenticated`, or `cross-site-request` for a change by cookie
     */
    identify(request: FastifyRequest): Identity
    /** Refuses a request that is not signed in; then `request.user` says who it is. */
    authenticate: onRequestHookHandler
    /** Refuses all but admins. */
    requireAdmin: onRequestHookHandler
    /**
     * Refuses a request that changes something by cookie and comes from another site.
     * @throws Problem `cross-site-request`
     */
    refuseIfCrossSite(request: FastifyRequest): void
  }
}

const ISSUER = 'stockroom'
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const VERIFIED_TOKENS_KEPT = 10_000

/** Sign-in for route scopes: access tokens, and hooks that ask for them. */
export default fp(
  async (app) => {
    const { jwtSecret, retiredJwtSecrets, databaseUrl, production } = app.config
    await app.register(cookie, { hook: false }) // it writes cookies; tokenCookies reads the two that there are
    app.decorate('tokenCookies', createTokenCookies(production))
    const rules = {
      algorithms: ['HS256' as const],
      allowedIss: ISSUER,
      allowedAud: ISSUER,
      // An issuer or audience that is not there at all would pass for an allowed one.
      requiredClaims: ['iss', 'aud', 'exp', 'sub', 'sid', 'role'],
    }
    const { key, warning } = jwtSecret
      ? { key: jwtSecret, warning: undefined }
      : keptSigningKey(dataFolder(databaseUrl))
    if (warning) app.log.warn(warning)
    await app.register(jwt, {
      secret: key,
      sign: {
        algorithm: 'HS256',
        iss: ISSUER,
        aud: ISSUER,
        expiresIn: ACCESS_TOKEN_SECONDS,
        header: { alg: 'HS256', typ: ACCESS_TOKEN_TYPE },
      },
      verify: rules,
    })
    app.decorate('revokedSessions', await loadRevokedSessions(app.db))
    const verifyByKeys = verifyByAny<Record<string, unknown>>([
      (token) => app.jwt.verify(token),
      ...retiredJwtSecrets.map((key) => createVerifier({ ...rules, key })),
    ])
    // fast-jwt's own cache hashes the token to find it, which took a fifteenth of a request.
    const verifyToken = verifyOnce((token) => accessClaims(token, verifyByKeys(token)), VERIFIED_TOKENS_KEPT)
    app.decorate('signAccessToken', (identity: Identity) => app.jwt.sign(identity))

    const refuseIfEnded = ({ sid }: Identity) => {
      if (app.revokedSessions.has(sid)) throw new Problem(problems.unauthenticated, 'The session has ended.')
    }

    const verify = (token: string): VerifiedIdentity => {
      let identity: VerifiedIdentity
      try {
        identity = verifyToken(token)
      } catch (cause) {
        throw new Problem(problems.unauthenticated, 'The access token is not valid or has expired.', {
          cause,
        })
      }
      refuseIfEnded(identity)
      return identity
    }

    const refuseIfCrossSite = (request: FastifyRequest) => {
      if (!SAFE_METHODS.has(request.method) && app.forwarding.isCrossSite(request.raw))
        throw new Problem(
          problems.crossSite,
          'A change by cookie must come from the same or an allowed origin.',
        )
    }

    const identify = (request: FastifyRequest): Identity => {
      const { authorization } = request.headers
      if (authorization !== undefined) {
        const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? []
        if (!token) throw new Problem(problems.unauthenticated, 'Send "Authorization: Bearer <accessToken>".')
        return verify(token)
      }
      const token = app.tokenCookies.read('access', request.headers)
      if (!token) throw new Problem(problems.unauthenticated, 'No access token was sent, or several.')
      const identity = verify(token)
      refuseIfCrossSite(request)
      return identity
    }

    // A body may arrive half a minute after the headers that were checked: its session may have ended meanwhile.
    app.addHook('preValidation', (request, _reply, done) => {
      if (request.user) refuseIfEnded(request.user)
      done()
    })

    app.decorate('verifyAccessToken', verify)
    app.decorate('identify', identify)
    app.decorate('refuseIfCrossSite', refuseIfCrossSite)

    app.decorate('authenticate', ((request, _reply, done) => {
      request.user = identify(request)
      done()
    }) satisfies onRequestHookHandler)

    app.decorate('requireAdmin', ((request, _reply, done) => {
      request.user = identify(request)
      if (request.user.role !== 'admin') throw new Problem(problems.forbidden, 'Only an admin may do this.')
      done()
    }) satisfies onRequestHookHandler)
  },
  { name: 'auth', dependencies: ['config', 'db', 'errors', 'forwarding'] },
)
