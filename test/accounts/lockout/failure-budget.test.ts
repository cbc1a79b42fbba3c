import t from 'tap'
import { createFailureBudget } from '../../../src/accounts/lockout/failure-budget.js'

/** Creates a budget with a count of its own per client, whose window ends in `resetsInMs`. */
function budgetOf(max: number, resetsInMs = 1_500) {
  const counts = new Map<string, number>()
  const count = async (client: string, by = 1) => {
    counts.set(client, (counts.get(client) ?? 0) + by)
    return { count: counts.get(client) ?? 0, resetsInMs }
  }
  return { budget: createFailureBudget({ max, count }), counts }
}

t.test('an address has as many failures as its budget, and a right guess costs nothing', async (t) => {
  const { budget, counts } = budgetOf(2)
  const first = await budget.take('a')
  await budget.take('a')
  await t.rejects(budget.take('a'), { code: 'rate-limited', statusCode: 429, retryAfter: 2 })
  t.equal(counts.get('a'), 2, 'a refused guess is none')
  await budget.take('b')
  await first.giveBack()
  await budget.take('a')
  await t.rejects(budget.take('a'), { code: 'rate-limited' })
})

t.test('the time to wait is a whole number of seconds, one at least', async (t) => {
  for (const [ms, retryAfter] of [
    [0, 1],
    [-5, 1],
    [1_000, 1],
    [1_001, 2],
    [3_600_000, 3_600],
  ] as const)
    await t.rejects(budgetOf(0, ms).budget.take('a'), { code: 'rate-limited', retryAfter })
})
