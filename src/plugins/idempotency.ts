import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { encryptionSecrets } from '../accounts/mfa/encryption-secrets.js'
import { createSecretBox, type SecretBox } from '../accounts/mfa/secret-box.js'
import { idempotencyKeyHeader, parseIdempotencyKey, REPLAYED } from '../http/idempotency-key.js'
import { withRefusal, withResponseHeader } from '../http/refusals.js'
import { fingerprintOf, keyIdOf } from '../idempotency/fingerprint.js'
import { type Answer, createIdempotency, type Renew } from '../idempotency/idempotency.js'
import type { Remember } from '../idempotency/remember.js'

/** An answer before it is serialised. */
export interface Rendered<B> {
  /** 200 by default. */
  status?: number
  headers?: Record<string, string>
  body: B
}

/** For a change of several transactions, whose body the route reads as a stream. */
interface Options {
  /** Reads the rest of the body, and returns a digest of the whole. */
  digest: () => string | Promise<string>
  /** Whether the client has stopped waiting for the answer. */
  gone: () => boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Encrypts the kept answers. */
    answerBox: SecretBox
    /**
     * Makes the change of a request, once for each idempotency key, and answers it. For routes with
     * `config: { idempotent: true }`.
     * @param make makes the change; it passes `remember` on to its engine, with several transactions also `renew`; it
     * does not run for a retry
     * @param render returns the answer for the result; called in the transaction
     * @returns the body, to be returned by the handler
     * @throws Problem `idempotency-key-reused`, `idempotency-answer-lost`; else the error of `make`
     */
    once<T, B>(
      reply: FastifyReply,
      make: (remember: Remember<T> | undefined, renew: Renew | undefined) => Promise<T>,
      render: (result: T) => Rendered<B>,
      options?: Options,
    ): Promise<B>
  }
  interface FastifyContextConfig {
    /** Whether requests may have an idempotency key. The handler calls `app.once`. */
    idempotent?: true
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** Decorates `app.once`, which makes changes once for each idempotency key, and describes the routes with one. */
export default fp(
  async (app) => {
    const { db, config } = app
    const box = createSecretBox({ secrets: encryptionSecrets(config), purpose: 'idempotency' })
    app.decorate('answerBox', box)
    const idempotency = createIdempotency({ db, box })

    const requestOf = ({ request }: FastifyReply, name: string, options: Options | undefined) => {
      const { method, url, body } = request
      const { actor } = app.auth.originOf(request)
      if (actor.id === null) throw new Error('a request with an idempotency key needs a caller')
      return {
        id: keyIdOf(actor.id, name),
        ownerId: actor.id,
        fingerprint: async () => fingerprintOf(method, url, options ? await options.digest() : body),
        ...(options && { gone: options.gone }),
      }
    }

    const serialised = <B>(
      reply: FastifyReply,
      { status = 200, headers = {}, body }: Rendered<B>,
    ): Answer => {
      if (body === null || body === undefined) return { status, headers, body: null }
      // Not `reply.serialize`: it does not find schemas by content type.
      const serialise =
        reply.getSerializationFunction(String(status), 'application/json') ??
        reply.getSerializationFunction(String(status)) ??
        JSON.stringify
      return { status, headers, body: serialise(body) }
    }

    app.decorate('once', async (reply, make, render, options) => {
      const { headers, routeOptions } = reply.request
      if (!routeOptions.config.idempotent) throw new Error('the route is not described as idempotent')
      const name = parseIdempotencyKey(headers['idempotency-key']?.toString())
      if (name === null) {
        const { status = 200, headers: own = {}, body } = render(await make(undefined, undefined))
        reply.code(status).headers(own)
        return body
      }
      const request = requestOf(reply, name, options)
      const { answer, replayed } = await idempotency.run(request, make, (result) =>
        serialised(reply, render(result)),
      )
      if (replayed) reply.header(REPLAYED, 'true')
      reply.code(answer.status).headers(answer.headers)
      if (answer.body === null) return null
      // The bytes of the first answer: this version of the program may serialise it otherwise.
      const { body } = answer
      reply.type(JSON_TYPE).serializer(() => body)
      return JSON.parse(body)
    })

    app.addHook('onRoute', (route) => {
      const { schema, config } = route
      if (!schema || !config?.idempotent) return
      const header = idempotencyKeyHeader('the answer to the first request')
      const given = (schema.headers ?? { type: 'object' }) as { properties?: object }
      const properties = { ...given.properties, 'idempotency-key': header }
      const refused = (['invalidRequest', 'keyReused', 'answerLost'] as const).reduce(
        withRefusal,
        schema.response as Record<number, object>,
      )
      route.schema = {
        ...schema,
        headers: { ...given, properties },
        response: withResponseHeader(refused, REPLAYED, '`true` if the answer was given before'),
      }
    })
  },
  { name: 'idempotency', dependencies: ['config', 'db', 'auth'] },
)
