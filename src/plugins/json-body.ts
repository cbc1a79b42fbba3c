import fp from 'fastify-plugin'

/**
 * JSON is the only content type, and a request may announce it and then send nothing, as many clients do on routes
 * without a body. Where a body is needed, its schema says so.
 */
export default fp(
  async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error')
    app.removeContentTypeParser('text/plain')
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
      if (text === '') done(null, undefined)
      else parse(request, text, done)
    })
  },
  { name: 'json-body' },
)
