import type { FastifyInstance, RouteHandlerMethod } from 'fastify'

type Pages = Pick<FastifyInstance, 'inject'>

/**
 * A handler that has the application that `load` makes answer for it, and makes it when the first asks. What serves pages
 * takes long to load, and most processes are never asked for one.
 */
export function onDemand(load: () => Promise<Pages>): RouteHandlerMethod {
  let loaded: Promise<Pages> | undefined
  const pages = () => {
    loaded ??= load().catch((error) => {
      loaded = undefined
      throw error
    })
    return loaded
  }
  return async ({ url, headers }, reply) => {
    const answer = await (await pages()).inject({ url, headers })
    if (answer.statusCode === 404) return reply.callNotFound()
    if (answer.statusCode >= 400)
      throw Object.assign(new Error(answer.body), { statusCode: answer.statusCode })
    const { connection, date, ...said } = answer.headers
    return reply.code(answer.statusCode).headers(said).send(answer.rawPayload)
  }
}
