import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import { createLastUsed, type LastUsed } from '../accounts/last-used.js'
import { indexUsers } from '../accounts/users/index-users.js'
import { createUsers } from '../accounts/users/users.js'

declare module 'fastify' {
  interface FastifyInstance {
    users: ReturnType<typeof createUsers> & {
      /** Notes a user's sign-in or refresh. */
      lastSeen: LastUsed
    }
  }
}

// Users inserted without terms, by a seed for example, are found after this time at the latest.
const INDEX_EVERY_MS = 60_000

/** Decorates `app.users`, and indexes the users not indexed yet while the program runs. */
export default fp(
  async (app) => {
    const { db, eventLog, accounts, answerBox } = app
    const { sessions } = accounts
    const lastSeen = createLastUsed({
      write: (ids, at) =>
        db.write((tx) =>
          tx.user.updateMany({ where: { id: { in: ids }, erasedAt: null }, data: { lastSeenAt: at } }),
        ),
      onError: (err) => app.log.warn({ err }, 'when users were last seen could not be saved'),
    })
    app.decorate('users', {
      ...createUsers({ db, eventLog, sessions, answerBox, onKeysChange: () => app.apiKeys.refresh() }),
      lastSeen,
    })

    const closing = new AbortController()
    const { signal } = closing
    let working: Promise<void> = Promise.resolve()
    async function work(): Promise<void> {
      while (!signal.aborted) {
        try {
          const indexed = await indexUsers(db, signal)
          if (indexed > 0) app.log.info({ indexed }, 'names of users were indexed')
        } catch (err) {
          app.log.error({ err }, 'names of users could not be indexed: trying again in a minute')
        }
        await sleep(INDEX_EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
      }
    }
    app.addHook('onReady', async () => {
      working = work()
    })
    app.addHook('onClose', async () => {
      closing.abort()
      await Promise.all([working, lastSeen.stop()])
    })
  },
  { name: 'users', dependencies: ['accounts', 'api-keys', 'db', 'event-log'] },
)
