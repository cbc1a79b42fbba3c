import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { LRUCache } from 'lru-cache'

type Pages = Pick<FastifyInstance, 'inject'>

interface Answer {
  statusCode: number
  headers: Record<string, number | string | string[] | undefined>
  payload: Buffer
}

// Several times the size of all files.
const KEPT_BYTES = 16 * 1024 * 1024
// A browser loads all parts of a page within seconds.
const KEPT_MS = 60_000
/** Available encodings of files, smallest first. */
const ENCODINGS = ['br', 'gzip'] as const

/** Normalizes the spellings of a path, so each file is cached once. */
function canonical({ routeOptions, params }: FastifyRequest): string | undefined {
  const rest = (params as { '*'?: string })['*']
  const url = routeOptions.url?.replace(/\/?\*$/, '') || '/'
  if (rest === undefined) return url
  const segments = rest.split('/').filter((segment) => segment !== '')
  if (segments.some((segment) => segment === '.' || segment === '..')) return undefined
  return [url, ...segments.map(encodeURIComponent)].join('/')
}

const encodingOf = (accepted = '') => ENCODINGS.find((name) => accepted.includes(name))

/** Whether the client's cached copy is current (RFC 9110, 13.1). */
function isKnown({ headers }: FastifyRequest, answer: Answer): boolean {
  const { 'if-none-match': tags, 'if-modified-since': since } = headers
  const { etag, 'last-modified': modified } = answer.headers
  if (tags !== undefined) return etag !== undefined && tags.split(/\s*,\s*/).includes(String(etag))
  return modified !== undefined && since === modified
}

function send(reply: FastifyReply, request: FastifyRequest, answer: Answer) {
  const { connection, date, 'accept-ranges': _, ...said } = answer.headers
  if (isKnown(request, answer)) {
    const { 'content-length': _, ...kept } = said
    return reply.code(304).headers(kept).send()
  }
  return reply.code(answer.statusCode).headers(said).send(answer.payload)
}

/**
 * Delegates to a sub-app built by `load` on the first request: page-serving code is slow to load, and most processes never
 * serve a page.
 *
 * Responses are cached for a minute and share one buffer, so a file is in memory once, however many clients read it
 * slowly or not at all.
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
  const kept = new LRUCache<string, Answer>({
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ payload }) => payload.length + 1,
    ttl: KEPT_MS,
    ttlAutopurge: true,
    fetchMethod: async (key) => {
      const [url = '', encoding = ''] = key.split(' ')
      const request = { url, headers: encoding ? { 'accept-encoding': encoding } : {} }
      const { statusCode, headers, rawPayload: payload } = await (await pages()).inject(request)
      return { statusCode, headers, payload }
    },
  })
  return async (request, reply) => {
    const url = canonical(request)
    if (url === undefined) return reply.callNotFound()
    const key = `${url} ${encodingOf(request.headers['accept-encoding']) ?? ''}`
    const answer = (await kept.forceFetch(key)) as Answer
    if (answer.statusCode === 200) return send(reply, request, answer)
    kept.delete(key)
    if (answer.statusCode === 404) return reply.callNotFound()
    if (answer.statusCode >= 400)
      throw Object.assign(new Error(answer.payload.toString()), { statusCode: answer.statusCode })
    return send(reply, request, answer)
  }
}
