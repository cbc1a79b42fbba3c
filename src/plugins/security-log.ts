import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { signingSecrets } from '../accounts/access-tokens/signing-key.js'
import { AuthnFailure } from '../accounts/authn-failure.js'
import { normalEmail } from '../accounts/user.js'
import { type Problem, problems } from '../errors.js'
import { limitKey } from '../http/client-address.js'
import { REPLAYED } from '../http/idempotency-key.js'
import { boundedEvents, type SecurityEvent, securityEvents } from '../security-log/events.js'
import { createFloodLimit } from '../security-log/flood-limit.js'

/** The content of a line beside actor, address and request. Never a secret. */
type Details = Record<string, string | number | boolean | undefined | Record<string, unknown>>

interface SecurityLog {
  /** Reports `event`, by `request` where there is one. */
  tell(event: SecurityEvent, details: Details, request?: FastifyRequest): void
  /** Reports a refusal, if this log is about it. */
  refused(request: FastifyRequest, problem: Problem): void
  /** Reports the refusal of a namespace to the socket of `handshake`. */
  refusedSocket(handshake: IncomingMessage, details: Details): void
}

/** A route whose success is logged. */
interface ToldRoute {
  event: SecurityEvent
  /** The members of the body whose new values are logged: numbers and words of an enumeration. */
  fields?: string[]
}

declare module 'fastify' {
  interface FastifyInstance {
    securityLog: SecurityLog
  }
  interface FastifyContextConfig {
    told?: ToldRoute
  }
}

const WINDOW_MS = 60_000
const LINES_PER_CLIENT = 10
const LINES_IN_ALL = 120
const USER_AGENT_LENGTH = 256
const PATH_LENGTH = 200
const ACCOUNT_KEY_LENGTH = 16

/** A refusal in the vocabulary of the log; undefined for one outside its subject. */
function eventOf({ code, statusCode, cause }: Problem): SecurityEvent | undefined {
  switch (code) {
    case problems.mfaRequired.code:
      return 'authn_mfa_required'
    case problems.invalidCredentials.code:
    case problems.invalidCode.code:
    case problems.invalidPasskey.code:
      return 'authn_login_fail'
    case problems.accountLocked.code:
      return 'authn_login_lock'
    case problems.rateLimited.code:
      return 'excess_rate_limit_exceeded'
    case problems.invalidRefreshToken.code:
      // A browser without a sign-in asks too, without a token.
      if (!(cause instanceof AuthnFailure)) return undefined
      return cause.details.reason === 'token-reuse' ? 'authn_token_reuse' : 'session_use_after_expire'
    default:
      return statusCode === 401 || statusCode === 403 ? 'authz_fail' : undefined
  }
}

const agentOf = ({ headers }: Pick<IncomingMessage, 'headers'>) =>
  headers['user-agent']?.slice(0, USER_AGENT_LENGTH)

const whereFrom = ({ ip, headers, method, routeOptions }: FastifyRequest) => ({
  address: ip,
  userAgent: agentOf({ headers }),
  method,
  route: routeOptions.url,
})

/**
 * Decorates `app.securityLog`: who did what to accounts and to the shop, from where. Its lines are in the program's log
 * and have `"log":"security"`.
 */
export default fp(
  async (app) => {
    let key: Buffer | undefined
    /** The same for the same address each time, and of no use to find out the address without the server's key. */
    const accountKey = (email: string): string => {
      key ??= createHmac('sha256', signingSecrets(app.config)[0]).update('security log: accounts').digest()
      const digest = createHmac('sha256', key).update(normalEmail(email)).digest('base64url')
      return digest.slice(0, ACCOUNT_KEY_LENGTH)
    }

    const write = (log: FastifyBaseLogger, event: SecurityEvent, fields: object) =>
      log[securityEvents[event]]({ log: 'security', event, ...fields }, event)

    const limit = createFloodLimit<SecurityEvent>({
      windowMs: WINDOW_MS,
      perClient: LINES_PER_CLIENT,
      inAll: LINES_IN_ALL,
      onSuppressed: ({ kind, count }) => write(app.log, kind, { leftOut: count }),
    })

    const tell: SecurityLog['tell'] = (event, details, request) => {
      if (!request) return write(app.log, event, details)
      if (boundedEvents.has(event) && !limit.allows(event, limitKey(request.ip))) return
      const { sub: userId, sid: sessionId } = request.user ?? {}
      const keyId = request.apiKey?.keyId
      write(request.log, event, { userId, sessionId, keyId, ...details, ...whereFrom(request) })
    }

    app.decorate('securityLog', {
      tell,
      refused(request, problem) {
        const event = eventOf(problem)
        if (!event) return
        const { email, ...details } =
          problem.cause instanceof AuthnFailure ? problem.cause.details : { email: undefined }
        const account = email === undefined ? undefined : accountKey(email)
        tell(event, { code: problem.code, ...details, account }, request)
      },
      refusedSocket(handshake, details) {
        const address = app.forwarding.clientAddress(handshake)
        if (!limit.allows('authz_fail', limitKey(address))) return
        write(app.log, 'authz_fail', { ...details, address, userAgent: agentOf(handshake) })
      },
    })

    app.addHook('onRoute', (route) => {
      const { told } = route.config ?? {}
      if (!told) return
      const { event, fields = [] } = told
      const hooks = [route.onResponse ?? []].flat()
      route.onResponse = [
        ...hooks,
        async (request, reply) => {
          // A replayed answer is about a change reported before.
          if (reply.statusCode >= 400 || reply.hasHeader(REPLAYED)) return
          const body = (request.body ?? {}) as Record<string, unknown>
          const changes = Object.fromEntries(fields.filter((name) => name in body).map((n) => [n, body[n]]))
          const path = String(reply.getHeader('location') ?? request.url.split('?', 1)[0])
          tell(event, { resource: path.slice(0, PATH_LENGTH), changes }, request)
        },
      ]
    })
    app.addHook('onClose', async () => limit.flush())
  },
  { name: 'security-log', dependencies: ['config', 'forwarding'] },
)
