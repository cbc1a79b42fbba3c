import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerGone } from '../db/admission.js'

/** A body that is read as a stream, and hashed as it is read. */
export interface Upload extends AsyncIterable<Buffer> {
  /** Reads what is left, and returns the SHA-256 of the whole. @throws as the stream, or `refuse` for a body that is too long */
  digest(): Promise<string>
}

/**
 * Hashes a body as it is read.
 * @param body the body, which is read once
 * @param most length in bytes, where a digest alone is wanted
 * @param refuse returns the error for a longer one
 */
export function hashed(body: AsyncGenerator<Buffer>, most: number, refuse: () => Error): Upload {
  const hash = createHash('sha256')
  let bytes = 0
  let digest: string | undefined
  async function* read() {
    // Not `for await`, which would end the body once its reader stops.
    for (let next = await body.next(); !next.done; next = await body.next()) {
      bytes += next.value.length
      hash.update(next.value)
      yield next.value
    }
  }
  return {
    [Symbol.asyncIterator]: read,
    async digest() {
      for await (const _ of read()) if (bytes > most) throw refuse()
      digest ??= hash.digest('hex')
      return digest
    },
  }
}

/**
 * Reads the body of `request` as a stream. If the answer comes before its end, the rest is discarded.
 * @throws Problem clientGone if the body breaks off
 */
export async function* uploadOf({ raw }: FastifyRequest, reply: FastifyReply): AsyncGenerator<Buffer> {
  // Node itself discards a body that nobody began to read, but not the rest of one.
  reply.raw.once('finish', () => raw.resume())
  try {
    // Destroying the request would close its connection before the answer.
    for await (const chunk of raw.iterator({ destroyOnReturn: false })) yield chunk
  } catch (cause) {
    throw raw.complete ? cause : callerGone()
  }
}
