import { isNode, type Node } from './name-schemas.js'

/** Headers of responses that no route declares, as components of the document. */
export const headerComponents = {
  RateLimitPolicy: {
    description:
      'The limits that apply, as `"default";q=300;w=60`: `q` requests in `w` seconds ' +
      '(draft-ietf-httpapi-ratelimit-headers). Absent without a limit',
    schema: { type: 'string', examples: ['"default";q=300;w=60'] },
  },
  RateLimit: {
    description: 'What is left of them, as `"default";r=299;t=60`: `r` requests in the next `t` seconds',
    schema: { type: 'string', examples: ['"default";r=299;t=60'] },
  },
  RetryAfter: {
    description: 'Seconds to wait before another attempt',
    schema: { type: 'integer', minimum: 1, examples: [2] },
  },
  Link: {
    description: 'The next page of the list, as `<?cursor=…>; rel="next"` (RFC 8288). Absent on the last',
    schema: { type: 'string', examples: ['<?limit=20&cursor=b2Zmc2V0>; rel="next"'] },
  },
  WwwAuthenticate: {
    description: 'How to sign in: `Bearer`',
    schema: { type: 'string', examples: ['Bearer'] },
  },
} as const

const refer = (name: keyof typeof headerComponents) => ({ $ref: `#/components/headers/${name}` })

const limits = { 'RateLimit-Policy': refer('RateLimitPolicy'), RateLimit: refer('RateLimit') }
const ofStatus: Record<string, Node> = {
  401: { 'WWW-Authenticate': refer('WwwAuthenticate') },
  429: { 'Retry-After': refer('RetryAfter') },
  503: { 'Retry-After': refer('RetryAfter') },
}

/** Whether a response is a page of a list. */
function isPage({ content }: Node): boolean {
  const json = isNode(content) ? content['application/json'] : undefined
  const schema = isNode(json) ? json.schema : undefined
  return isNode(schema) && isNode(schema.properties) && 'nextCursor' in schema.properties
}

/** Returns `responses` of an operation, by status, with the headers that hooks add. */
export const withHeaders = (responses: Node): Node =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      if (!isNode(response)) return [status, response]
      const own = isNode(response.headers) ? response.headers : {}
      return [
        status,
        {
          ...response,
          headers: {
            ...own,
            ...(isPage(response) && { Link: refer('Link') }),
            ...limits,
            ...ofStatus[status],
          },
        },
      ]
    }),
  )
