import t from 'tap'
import { build, noRateLimits } from '../helpers/app.js'
import { playRandomly } from '../helpers/stock-model/play.js'

t.test('under concurrent requests every response is consistent and the books balance', async (t) => {
  await playRandomly(t, [await build(t, { orderBatchMax: 8, ...noRateLimits })], 20)
})
