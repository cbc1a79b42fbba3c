import { signatureOf } from './signature.js'
import type { Delivery } from './transport.js'

export interface RequestOptions {
  url: string
  /** The same in every attempt. */
  id: string
  body: string
  /** Time of the attempt, in milliseconds since 1970. */
  at: number
  /** At least one. */
  secrets: readonly string[]
  userAgent: string
}

/** Returns a signed request (Standard Webhooks 1.0). */
export function requestOf({ url, id, body, at, secrets, userAgent }: RequestOptions): Delivery {
  const timestamp = Math.floor(at / 1_000)
  return {
    url: new URL(url),
    headers: {
      'content-type': 'application/json',
      'user-agent': userAgent,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id, timestamp, body }, secrets),
    },
    body,
  }
}
