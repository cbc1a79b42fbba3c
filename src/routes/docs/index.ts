import type { FastifyPluginAsync } from 'fastify'
import { cookieNames } from '../../http/token-cookies.js'

/** The description of the live events, made when somebody asks for it first. */
const docs: FastifyPluginAsync = async (app) => {
  let document: Promise<string> | undefined
  const load = async () => {
    const { describeEvents } = await import('./asyncapi.js')
    const { config, basePath } = app
    return JSON.stringify(describeEvents(cookieNames(config.production, basePath), basePath))
  }

  app.get('/asyncapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= load()
    return reply.type('application/json; charset=utf-8').send(await document)
  })
}

export default docs
