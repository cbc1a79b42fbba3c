import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TracerProvider } from '@opentelemetry/api'
import type { FastifyPluginAsync } from 'fastify'
import { buildApp } from '../app.js'
import { loadSettings } from '../config.js'
import type { StockroomOptions } from './options.js'
import { createOutsiders } from './outsiders.js'

/** Takes the base path away from the path of a request. */
function strip(request: IncomingMessage, basePath: string): void {
  const rest = (request.url ?? '').slice(basePath.length)
  request.url = rest.startsWith('/') ? rest : `/${rest}`
}

/**
 * Runs a shop inside a Fastify application, under the prefix of the plugin, with a database of its own:
 * `app.register(stockroom, { prefix: '/shop', settings })`. Its routes, hooks, errors and decorators are apart from those of the
 * application, and several shops may run side by side.
 */
export const stockroom: FastifyPluginAsync<StockroomOptions> = async (host, options) => {
  const { settings = {}, authenticate, beforeOrder, onEvents } = options
  const tracerProvider = options.tracerProvider as TracerProvider | undefined
  const basePath = host.prefix.replace(/\/+$/, '')
  const shop = buildApp(loadSettings(settings), false, {
    basePath,
    log: host.log,
    beforeOrder,
    tracerProvider,
  })
  host.addHook('onClose', () => shop.close())
  await shop.ready()
  if (onEvents)
    shop.relay.subscribe((events) => {
      // The type allows an async function, whose rejection would end the process.
      const call = async (): Promise<unknown> => onEvents(events)
      call().catch((err) => host.log.error({ err }, 'onEvents failed: the shop goes on'))
    })
  const { firstAdmin } = shop.accounts
  if (firstAdmin) host.log.warn(firstAdmin, 'the first admin of the shop, shown this once')
  const tokenOf = createOutsiders(shop)

  // The shop reads bodies itself.
  host.removeAllContentTypeParsers()
  host.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const url of ['/', '/*'])
    host.route({
      method: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
      url,
      exposeHeadRoute: false,
      schema: { hide: true } as object,
      async handler(request, reply) {
        const { raw } = request
        const person = await authenticate?.(request)
        const token = person && (await tokenOf(person))
        if (person) delete raw.headers.cookie // of the shop's own sign-in, perhaps of somebody else
        if (person) delete raw.headers.authorization
        if (token) raw.headers.authorization = `Bearer ${token}`
        strip(raw, basePath)
        reply.hijack()
        shop.server.emit('request', raw, reply.raw)
      },
    })

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!request.url?.startsWith(`${basePath}${shop.io.path()}/`)) return
    strip(request, basePath)
    shop.server.emit('upgrade', request, socket, head)
  }
  host.server.on('upgrade', upgrade)
  // Open connections would keep the host from closing.
  host.addHook('preClose', async () => {
    host.server.off('upgrade', upgrade)
    shop.eventStreams.close()
    shop.io.engine.close()
  })
}
