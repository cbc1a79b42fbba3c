import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyServerOptions, LogController } from 'fastify'
import type { Config } from './config.js'
import { Connections } from './connections/connections.js'
import type { Embedding } from './embedding/embedding.js'
import { keepTickShape } from './http/tick-shape.js'
import { trustOf } from './http/trust.js'
import { schemaController } from './http/validation.js'
import { createLazyChild } from './log/lazy-child.js'
import accounts from './plugins/accounts.js'
import apiKeys from './plugins/api-keys.js'
import auth from './plugins/auth.js'
import catalog from './plugins/catalog.js'
import configPlugin from './plugins/config.js'
import connectionsPlugin from './plugins/connections.js'
import db from './plugins/db.js'
import deprecation from './plugins/deprecation.js'
import errors, { renderClientError, renderFrameworkError } from './plugins/errors.js'
import eventLog from './plugins/event-log.js'
import eventStreams from './plugins/event-streams.js'
import following from './plugins/following.js'
import forwarding from './plugins/forwarding.js'
import hitCounters from './plugins/hit-counters.js'
import idempotency from './plugins/idempotency.js'
import jsonBody from './plugins/json-body.js'
import knownPaths from './plugins/known-paths.js'
import mail from './plugins/mail.js'
import metrics from './plugins/metrics.js'
import mfa from './plugins/mfa.js'
import nameIndex from './plugins/name-index.js'
import openapi from './plugins/openapi.js'
import orderExpiry from './plugins/order-expiry.js'
import orderIndex from './plugins/order-index.js'
import orders from './plugins/orders.js'
import otherMethods from './plugins/other-methods.js'
import plainHttp from './plugins/plain-http.js'
import pulse from './plugins/pulse.js'
import rateLimit from './plugins/rate-limit.js'
import redis from './plugins/redis.js'
import relay from './plugins/relay.js'
import retention from './plugins/retention.js'
import sales from './plugins/sales.js'
import security, { securityHeaders } from './plugins/security.js'
import securityLog from './plugins/security-log.js'
import sharedCommitter from './plugins/shared-committer.js'
import siblingsPlugin from './plugins/siblings.js'
import socket from './plugins/socket.js'
import socketForwarding from './plugins/socket-forwarding.js'
import strictInput from './plugins/strict-input.js'
import tracedEvents from './plugins/traced-events.js'
import tracing from './plugins/tracing.js'
import users from './plugins/users.js'
import webhooks from './plugins/webhooks.js'
import workers from './plugins/workers.js'
import dashboard from './routes/admin/index.js'
import apiKeyRoutes from './routes/api-keys/index.js'
import auditRoutes from './routes/audit/index.js'
import authRoutes from './routes/auth/index.js'
import checkoutRoutes from './routes/checkouts/index.js'
import configRoute from './routes/config/index.js'
import docs from './routes/docs/index.js'
import events from './routes/events/index.js'
import eventStream from './routes/events/stream.js'
import health from './routes/health/index.js'
import home from './routes/home/index.js'
import metricsRoute from './routes/metrics/index.js'
import orderRoutes from './routes/orders/index.js'
import products from './routes/products/index.js'
import pulseRoute from './routes/pulse/index.js'
import userRoutes from './routes/users/index.js'
import webhookRoutes from './routes/webhooks/index.js'
import type { Siblings } from './workers/siblings.js'

const BODY_LIMIT_BYTES = 64 * 1024

/**
 * Builds the application without listening. `ready()` migrates and opens its database.
 * @param embedding of a shop inside another program, which passes on the requests
 * @param siblings the other processes of a server with WORKERS
 */
export function buildApp(
  config: Config,
  logger: FastifyServerOptions['logger'] = false,
  embedding?: Embedding,
  siblings?: Siblings,
) {
  keepTickShape()
  const trust = trustOf(config.trustProxy)
  const connections = new Connections({
    limits: config.connections,
    headers: securityHeaders(config.production),
    isProxy: (address) => trust(address, 0),
  })
  const app = Fastify({
    ...(embedding ? { loggerInstance: embedding.log } : { logger }),
    genReqId: () => randomUUID(),
    childLoggerFactory: createLazyChild,
    // Refused and failed requests are logged by plugins/errors.ts; the others are only counted in /metrics.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: (handler) => (embedding ? createServer(handler) : connections.createServer(handler)),
    // Waiting for a database server or migrating it may take long.
    pluginTimeout: 0,
    routerOptions: { ignoreTrailingSlash: true },
    // Requests received before the listener closed are served, not refused.
    return503OnClosing: false,
    frameworkErrors: renderFrameworkError,
    clientErrorHandler: renderClientError,
    schemaController,
  }).withTypeProvider<TypeBoxTypeProvider>()

  const basePath = embedding?.basePath ?? ''
  app.register(siblingsPlugin, { siblings })
  app.register(configPlugin, { config, basePath })
  app.register(forwarding)
  app.register(tracing, { provider: embedding?.tracerProvider })
  app.register(plainHttp)
  app.register(securityLog)
  app.register(errors)
  app.register(knownPaths)
  app.register(jsonBody)
  app.register(deprecation)
  app.register(strictInput)
  app.register(security)
  app.register(metrics)
  app.register(connectionsPlugin, { connections, isOwner: !embedding })
  app.register(db)
  app.register(eventLog)
  app.register(redis)
  app.register(hitCounters)
  app.register(apiKeys)
  app.register(rateLimit)
  app.register(openapi)
  app.register(relay)
  app.register(tracedEvents)
  app.register(following)
  app.register(retention)
  app.register(auth)
  app.register(idempotency)
  app.register(mail)
  app.register(accounts)
  app.register(mfa)
  app.register(users)
  app.register(sharedCommitter, { beforeOrder: embedding?.beforeOrder })
  app.register(orders, { beforeOrder: embedding?.beforeOrder })
  app.register(orderExpiry)
  app.register(orderIndex)
  app.register(catalog)
  app.register(nameIndex)
  app.register(socketForwarding)
  app.register(socket)
  app.register(eventStreams)
  app.register(pulse)
  app.register(sales)
  app.register(webhooks)
  app.register(workers)
  app.register(health)
  // Its page asks for absolute paths.
  if (basePath === '') app.register(dashboard)

  app.register(home)
  app.register(authRoutes, { prefix: '/auth' })
  app.register(products, { prefix: '/products' })
  app.register(orderRoutes, { prefix: '/orders' })
  app.register(checkoutRoutes, { prefix: '/checkouts' })
  app.register(userRoutes, { prefix: '/users' })
  app.register(apiKeyRoutes, { prefix: '/api-keys' })
  app.register(webhookRoutes, { prefix: '/webhooks' })
  app.register(auditRoutes, { prefix: '/audit' })
  app.register(metricsRoute, { prefix: '/metrics' })
  app.register(events, { prefix: '/events' })
  app.register(eventStream, { prefix: '/events/stream' })
  app.register(docs, { prefix: '/docs' })
  app.register(configRoute, { prefix: '/config' })
  app.register(pulseRoute, { prefix: '/pulse' })
  app.register(otherMethods)
  return app
}

export type App = ReturnType<typeof buildApp>
