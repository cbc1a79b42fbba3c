import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A ninth larger than at the best quality, in a fortieth of its time. */
const QUALITY = { params: { [zlib.BROTLI_PARAM_QUALITY]: 6 } }
const compressions: Record<string, (content: Buffer) => Promise<Buffer>> = {
  br: (content) => promisify(brotliCompress)(content, QUALITY),
  gzip: promisify(gzip),
}

/** A file of the page at /docs. */
export interface PageFile {
  type: string
  content: Buffer
  cacheControl: string
  etag: string
  /** Its compressed forms, each made when it is first asked for. */
  compressed: Map<string, Promise<Buffer>>
}

export function fileOf(type: string, text: string | Buffer, cacheControl = 'no-cache'): PageFile {
  const content = Buffer.from(text)
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, 16)
  return { type, content, cacheControl, etag: `W/"${digest}"`, compressed: new Map() }
}

/** Sends `file`, compressed if the client takes that. */
export async function send(file: PageFile, request: FastifyRequest, reply: FastifyReply) {
  const { type, content, cacheControl, etag, compressed } = file
  reply.headers({ 'content-type': `${type}; charset=utf-8`, 'cache-control': cacheControl, etag })
  reply.header('vary', 'accept-encoding')
  const coding = String(request.headers['accept-encoding'])
  const compress = compressions[coding]
  if (!compress) return content
  const made = compressed.get(coding) ?? compress(content)
  compressed.set(coding, made)
  reply.header('content-encoding', coding)
  return made
}
