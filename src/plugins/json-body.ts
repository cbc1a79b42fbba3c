import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Problem, problems } from '../errors.js'
import { codingRefusal, unsupported } from '../http/body-coding.js'

/** Whether `request` has no content, by its header alone (RFC 9112, 6.3). */
const isEmpty = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0

/**
 * JSON in UTF-8 is the only accepted content (RFC 8259, 8.1), unless a scope adds a parser of its own. A byte order
 * mark is passed over, as that section allows. A body of other bytes is refused: decoding would map each to U+FFFD, and
 * make equal what was different. A request without content may announce any type for it, as many clients do; where a body is
 * needed, its schema says so.
 */
export default fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeContentTypeParser(['text/plain', 'application/json'])

    app.addHook('onRequest', (request, _reply, done) => {
      if (request.headers['content-type'] !== undefined && isEmpty(request))
        delete request.headers['content-type']
      done()
    })

    app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      if (body.length === 0) return done(null, undefined)
      const refusal = codingRefusal(request.headers, 'JSON')
      if (refusal) return done(refusal)
      if (!isUtf8(body)) return done(new Problem(problems.malformedJson, 'The body is not in UTF-8.'))
      parse(request, body.toString(), done)
    })

    // A chunked body shows only at its end to be empty. One with content is not read: nothing here would take it.
    app.addContentTypeParser('*', (request, payload, done) => {
      const settle = (problem: Problem | null) => {
        payload.off('data', refuse).off('end', end).off('error', fail)
        done(problem)
      }
      const refuse = () => settle(unsupported('Send the body as application/json.'))
      const end = () => settle(null)
      const fail = (cause: Error) =>
        settle(new Problem(problems.badRequest, 'The body could not be read.', { cause }))
      if (Number(request.headers['content-length'] ?? 0) > 0) return refuse()
      payload.on('data', refuse).on('end', end).on('error', fail)
    })
  },
  { name: 'json-body', dependencies: ['errors'] },
)
