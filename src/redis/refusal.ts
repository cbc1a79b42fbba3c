import { hostsOf } from '../url-parts.js'

/**
 * Redis errors caused by the URL: its password, its user's permissions (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl),
 * or its database number. Others, such as LOADING or READONLY, are transient.
 */
const REFUSALS = /^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password|ERR (invalid )?DB index)\b/i

/** Whether Redis rejected the URL itself. */
export const isRefusal = (failure: unknown): failure is Error =>
  failure instanceof Error && REFUSALS.test(failure.message)

/** Redis is reachable but rejects the credentials or database of the URL. The message repeats no secret. */
export class RedisRefused extends Error {
  override name = 'RedisRefused'

  constructor(url: string, cause: Error) {
    super(`Redis at ${hostsOf(url)} refuses what REDIS_URL says: ${cause.message}`, { cause })
  }
}
