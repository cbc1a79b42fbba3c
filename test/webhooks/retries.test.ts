import t from 'tap'
import { parseRetryAfter, pauseAfter } from '../../src/webhooks/retries.js'

const DAY = 24 * 60 * 60 * 1000

t.test('Retry-After is a number of seconds, however large, or a date', async (t) => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  t.equal(parseRetryAfter('0', now), 0)
  t.equal(parseRetryAfter(' 120 ', now), 120_000)
  t.equal(parseRetryAfter('Sun, 22 Nov 2026 10:00:30 GMT', now), 30_000)
  t.equal(parseRetryAfter('Sun, 22 Nov 2026 09:00:00 GMT', now), 0, 'in the past')
  for (const none of [undefined, '', '-1', '1.5', 'soon', '2026-11-22'])
    t.equal(parseRetryAfter(none, now), undefined)
  for (const digits of [5, 12, 400]) {
    const pause = pauseAfter(1, parseRetryAfter('9'.repeat(digits), now)) ?? 0
    t.ok(pause >= DAY && pause <= 1.1 * DAY, `${digits} digits: ${pause}`)
  }
})
