import type { Test } from 'tap'
import { RedisLink } from '../../src/redis/link.js'
import { until } from './redis-server.js'

/** Opens a link that is up, closed when the test ends. */
export async function linkTo(t: Test, url: string, prefix = 'stockroom:test:'): Promise<RedisLink> {
  const link = new RedisLink({ url, prefix: () => prefix, timeoutMs: 10_000, onChange: () => undefined })
  t.teardown(() => link.close())
  await link.start()
  await until(() => link.up)
  return link
}
