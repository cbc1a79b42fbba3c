import { randomBytes } from 'node:crypto'
import fp from 'fastify-plugin'
import type { Registration } from '../workers/directory.js'
import { listenForSiblings, type Meeting } from '../workers/meeting.js'
import { SocketForwarding } from '../workers/socket-forwarding.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Passes requests of Engine.IO connections between workers; undefined if there is one process alone. */
    socketForwarding: SocketForwarding | undefined
  }
}

const NAME_BYTES = 6

/** Decorates `app.socketForwarding`. */
export default fp(
  async (app) => {
    const { siblings } = app
    if (siblings?.role !== 'worker') {
      app.decorate('socketForwarding', undefined)
      return
    }
    const name = randomBytes(NAME_BYTES).toString('hex')
    const forwarding = new SocketForwarding(name)
    app.decorate('socketForwarding', { getter: () => forwarding })
    siblings.serve({ workers: (meetings: Record<string, Meeting>) => forwarding.setWorkers(meetings) })
    app.addHook('onReady', async () => {
      const meeting = await listenForSiblings((socket) => void app.server.emit('connection', socket))
      siblings.onChange(() => siblings.channel?.notify('register', { name, meeting } satisfies Registration))
    })
  },
  { name: 'socket-forwarding', dependencies: ['siblings'] },
)
