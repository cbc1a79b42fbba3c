import t from 'tap'
import { createChallenges } from '../../../src/accounts/passkeys/challenges.js'

const SECRET = 'a secret of the tests, long enough'
const text = (challenge: Uint8Array) => Buffer.from(challenge).toString('base64url')

t.test('a challenge is valid for five minutes, and for what it was issued for', async (t) => {
  let now = 1_800_000_000_000
  const challenges = createChallenges({ secrets: [SECRET], now: () => now })
  const issued = text(challenges.issue('sign-in'))
  t.match(challenges.verify(issued, 'sign-in'), { expiresAt: new Date(now + 5 * 60_000) })
  t.equal(challenges.verify(issued, 'registration'), undefined)
  now += 5 * 60_000 - 1
  t.ok(challenges.verify(issued, 'sign-in'))
  now += 1
  t.equal(challenges.verify(issued, 'sign-in'), undefined)
})

t.test('a challenge of another secret, or with any byte changed, is refused', async (t) => {
  const challenges = createChallenges({ secrets: [SECRET] })
  const foreign = createChallenges({ secrets: ['another secret of the tests, long'] }).issue('sign-in')
  t.equal(challenges.verify(text(foreign), 'sign-in'), undefined)
  const issued = challenges.issue('sign-in')
  for (let i = 0; i < issued.length; i++)
    t.equal(challenges.verify(text(issued.with(i, (issued[i] ?? 0) ^ 1)), 'sign-in'), undefined, `byte ${i}`)
  for (const other of ['', 'x', text(issued.subarray(1)), `${text(issued)}AAAA`])
    t.equal(challenges.verify(other, 'sign-in'), undefined)
  const rotated = createChallenges({ secrets: ['another secret of the tests, long', SECRET] })
  t.ok(rotated.verify(text(issued), 'sign-in'), 'a retired secret still verifies')
})
