import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { refusals } from '../../http/refusals.js'
import { VERSION } from '../../version.js'
import { POLICY, pageOf } from './page.js'

/** @param basePath the path below which clients find the shop */
const indexOf = (basePath: string) => ({
  name: 'stockroom',
  version: VERSION,
  links: {
    docs: `${basePath}/docs`,
    openapi: `${basePath}/docs/json`,
    asyncapi: `${basePath}/docs/asyncapi.json`,
    dashboard: `${basePath}/admin`,
    health: `${basePath}/health/ready`,
  },
})

const Index = Type.Object(
  {
    name: Type.String(),
    version: Type.String(),
    links: Type.Object({
      docs: Type.String(),
      openapi: Type.String(),
      asyncapi: Type.String(),
      dashboard: Type.String(),
      health: Type.String(),
    }),
  },
  { title: 'Index', examples: [indexOf('')] },
)

const ICON_SECONDS = 24 * 60 * 60

/** The root of the server: a page for people and a document for programs, both of links. */
const home: FastifyPluginAsyncTypebox = async (app) => {
  const page = pageOf(VERSION)
  const index = indexOf(app.basePath)

  app.get(
    '/',
    {
      schema: {
        operationId: 'getIndex',
        tags: ['operations'],
        summary: 'Where everything is',
        description: 'HTML if the client accepts `text/html`, as browsers do; otherwise JSON.',
        security: [],
        response: {
          200: {
            description: 'Links',
            content: {
              'application/json': { schema: Index },
              'text/html': { schema: { type: 'string', examples: ['<!doctype html>…'] } },
            },
          },
          ...refusals('rateLimited'),
        },
      },
    },
    async (request, reply) => {
      reply.header('vary', [reply.getHeader('vary') ?? [], 'Accept'].flat().join(', '))
      if (!request.headers.accept?.includes('text/html')) return index
      reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).serializer(String)
      return page as never
    },
  )

  // Browsers ask for it beside every page without an icon.
  app.get('/favicon.ico', { schema: { hide: true } }, async (_request, reply) =>
    reply.code(204).header('cache-control', `public, max-age=${ICON_SECONDS}`).send(),
  )
}

export default home
