import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { LRUCache } from 'lru-cache'

type Pages = Pick<FastifyInstance, 'inject'>

interface Answer {
  statusCode: number
  headers: Record<string, number | string | string[] | undefined>
  payload: Buffer
}

// Several times what all files take together.
const KEPT_BYTES = 16 * 1024 * 1024
// Whoever looks at a page loads its parts within seconds.
const KEPT_MS = 60_000
/** The encodings that files are there in, the smallest first. */
const ENCODINGS = ['br', 'gzip'] as const

/** One spelling for all of a path that mean the same file: else each would be kept by itself. */
function canonical({ routeOptions, params }: FastifyRequest): string | undefined {
  const rest = (params as { '*'?: string })['*']
  const url = routeOptions.url?.replace(/\/?\*$/, '') || '/'
  if (rest === undefined) return url
  const segments = rest.split('/').filter((segment) => segment !== '')
  if (segments.some((segment) => segment === '.' || segment === '..')) return undefined
  return [url, ...segments.map(encodeURIComponent)].join('/')
}

const encodingOf = (accepted = '') => ENCODINGS.find((name) => accepted.includes(name))

/** Whether what the client has already (RFC 9110, 13.1) is what it would get. */
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
 * A handler that has the application that `load` makes answer for it, and makes it when the first asks. What serves pages
 * takes long to load, and most processes are never asked for one.
 *
 * An answer is read once, and for a minute all who ask for it are sent the same bytes of memory. However many clients read
 * a file slowly, or not at all, it is in memory once.
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
