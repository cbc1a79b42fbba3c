import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import Fastify from 'fastify'
import t from 'tap'
import { stockroom } from '../../src/index.js'
import { TRACE, traceparent } from '../helpers/collector.js'
import { databaseOf } from '../helpers/database.js'
import { folderOf } from '../helpers/folder.js'

/** Keeps the active context as @opentelemetry/context-async-hooks does. */
class LocalContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()
  active = () => this.#storage.getStore() ?? ROOT_CONTEXT
  with: ContextManager['with'] = (given, run, self, ...values) =>
    this.#storage.run(given, () => run.call(self as never, ...values))
  bind: ContextManager['bind'] = (_given, target) => target
  enable = () => this
  disable = () => this
}

t.test(
  "a shop's spans are made by the provider of the program around it, below the program's own",
  async (t) => {
    const exporter = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    context.setGlobalContextManager(new LocalContexts())
    t.teardown(() => context.disable())
    const app = Fastify()
    const tracer = tracerProvider.getTracer('host')
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.headers['x-untraced']) return done()
      const span = tracer.startSpan('host')
      request.raw.once('close', () => span.end())
      context.with(trace.setSpan(ROOT_CONTEXT, span), done)
    })
    await app.register(stockroom, {
      prefix: '/shop',
      settings: { DATABASE_URL: await databaseOf(t, folderOf(t, ['shop']), 'shop.db') },
      tracerProvider,
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    t.equal((await fetch(`${url}/shop/config`, { headers: traceparent })).status, 200)
    t.equal(
      (await fetch(`${url}/shop/config`, { headers: { ...traceparent, 'x-untraced': '1' } })).status,
      200,
    )
    await app.close()

    const spans = exporter.getFinishedSpans()
    const [within, alone] = spans.filter(({ name }) => name === 'GET /shop/config') as ReadableSpan[]
    const host = spans.find(({ name }) => name === 'host')
    t.equal(within?.parentSpanContext?.spanId, host?.spanContext().spanId)
    t.not(within?.spanContext().traceId, TRACE, 'the program decides for its requests')
    t.equal(alone?.spanContext().traceId, TRACE, 'without an active span, the header counts')
    t.equal(alone?.instrumentationScope.name, 'stockroom')

    const later = tracer.startSpan('later')
    later.end()
    t.ok(
      exporter.getFinishedSpans().includes(later as unknown as ReadableSpan),
      'the provider was not shut down',
    )
  },
)
