import type { FastifyReply } from 'fastify'

/** Adds to the header Link, which may hold other links already. */
export function addLink(reply: FastifyReply, link: string): void {
  const before = reply.getHeader('link')
  reply.header('link', before ? `${before}, ${link}` : link)
}

/**
 * Links the answer to the next page of its list (RFC 8288, rel="next"). The link has a query alone, so it holds behind a
 * proxy that serves the API under another path.
 * @param cursor null on the last page
 */
export function linkNext(reply: FastifyReply, cursor: string | null): void {
  if (cursor === null) return
  const { url } = reply.request
  const at = url.indexOf('?')
  // The most frequent request: building the query took a twentieth of its time.
  if (at < 0) return addLink(reply, `<?cursor=${encodeURIComponent(cursor)}>; rel="next"`)
  const query = new URLSearchParams(url.slice(at + 1))
  query.delete('page')
  query.set('cursor', cursor)
  addLink(reply, `<?${query}>; rel="next"`)
}
