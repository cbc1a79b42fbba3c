import t from 'tap'
import { buildApp } from '../../src/app.js'
import { noRateLimits, testConfig } from '../helpers/app.js'
import { playRandomly } from '../helpers/stock-model/play.js'

t.test(
  'under concurrent requests to three nodes every response is consistent and the books balance',
  async (t) => {
    const config = await testConfig(t, t.testdir(), { orderBatchMax: 8, ...noRateLimits })
    const nodes = [buildApp(config), buildApp(config), buildApp(config)] as const
    t.teardown(() => Promise.all(nodes.map((node) => node.close())))
    for (const node of nodes) await node.ready()
    await playRandomly(t, [...nodes], 8)
  },
)
