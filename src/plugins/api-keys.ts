import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import type { KeyPrincipal } from '../accounts/access/principal.js'
import { createApiKeys } from '../accounts/api-keys/api-keys.js'
import { type KeyChange, type KeyRing, loadKeyRing } from '../accounts/api-keys/key-ring.js'
import { createLastUsed, type LastUsed } from '../accounts/last-used.js'
import { watchRevocations } from '../accounts/sessions/watch-revocations.js'
import { bearerToken, KEY_START } from '../http/identify.js'
import { SingleFlight } from '../single-flight.js'

interface KeyEvents {
  /** A key was revoked, or its owner may have none any more. */
  ended: [keyId: string]
  /** The secret of a key has changed. */
  changed: [keyId: string]
}

declare module 'fastify' {
  interface FastifyInstance {
    apiKeys: ReturnType<typeof createApiKeys> & {
      ring: KeyRing
      events: EventEmitter<KeyEvents>
      lastUsed: LastUsed
      /** Applies changes just committed by this process, and tells the others; the workers of this server know them then. */
      refresh(): Promise<void>
    }
  }
  interface FastifyRequest {
    /** The API key in the request's Authorization header, if it is valid. */
    apiKey: KeyPrincipal | undefined
  }
}

// A key revoked by another process is valid here for no longer than this and a query.
const LOOK_EVERY_MS = 500
// Requests with unknown keys share a look at the database, so that made-up keys cost forty queries a second at most.
const SHARED_LOOK_MS = 25

/** Decorates `app.apiKeys`, and `request.apiKey` with the key of a request. */
export default fp(
  async (app) => {
    const { db, eventLog } = app
    const wakeups = app.redis ?? app.siblings
    const events = new EventEmitter<KeyEvents>()
    const ring = await loadKeyRing(db)
    const lastUsed = createLastUsed({
      write: (ids, at) =>
        db.write((tx) => tx.apiKey.updateMany({ where: { id: { in: ids } }, data: { lastUsedAt: at } })),
      onError: (err) => app.log.warn({ err }, 'when API keys were last used could not be saved'),
    })

    const apply = ({ id, isEnded }: KeyChange) => void events.emit(isEnded ? 'ended' : 'changed', id)
    const onError = (err: unknown) => app.log.error({ err }, 'changes of API keys could not be read')
    const watch = watchRevocations({ revoked: ring, everyMs: LOOK_EVERY_MS, onRevoked: apply, onError })
    const refresh = async (): Promise<void> => {
      // An unreadable change is found by the next look.
      await look()
      await wakeups?.publish('api-keys')
    }
    wakeups?.subscribe('api-keys', watch.wake)
    wakeups?.onChange(watch.wake)
    eventLog.onNewEpoch(() => void ring.reload().then((changes) => changes.forEach(apply), onError))

    const look = () => ring.look().then((changes) => changes.forEach(apply), onError)
    const looks = new SingleFlight<void>()
    /** Looks for a key that another process may have created a moment ago. */
    const seek = async (token: string): Promise<KeyPrincipal | undefined> => {
      await looks.run('', async () => {
        await sleep(SHARED_LOOK_MS)
        // Whoever comes from here on needs a look that begins after the key was created.
        looks.forget('')
        await look()
      })
      return ring.verify(token)
    }

    app.decorate('apiKeys', { ...createApiKeys({ db, onChange: refresh }), ring, events, lastUsed, refresh })
    app.decorateRequest('apiKey', undefined)
    app.addHook('onRequest', (request, _reply, done) => {
      const { authorization } = request.headers
      // Most requests have none, or an access token.
      const token = authorization?.includes(KEY_START) ? bearerToken(authorization) : undefined
      if (!token?.startsWith(KEY_START)) return done()
      const proceed = (principal: KeyPrincipal | undefined) => {
        if (principal) lastUsed.note(principal.keyId)
        request.apiKey = principal
        done()
      }
      const known = ring.verify(token)
      if (!known && ring.mayBeNew(token)) void seek(token).then(proceed)
      else proceed(known)
    })
    app.addHook('onClose', async () => {
      await Promise.all([watch.stop(), lastUsed.stop()])
    })
  },
  { name: 'api-keys', dependencies: ['db', 'event-log', 'redis', 'siblings'] },
)
