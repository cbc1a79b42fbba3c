import { join } from 'node:path'
import t from 'tap'
import { FakeClock, fakeTimeUnavailable } from './clock.js'
import { memoryFolder, skipIfMissing, startInserter } from './fixtures.js'

const HOUR_S = 3_600
const HOUR_MS = HOUR_S * 1_000

t.test(
  'the clock of a process jumps ahead and back while its timers keep running',
  { skip: skipIfMissing(fakeTimeUnavailable()) },
  async (t) => {
    const dir = memoryFolder(t)
    t.teardown(() => FakeClock.sweep())
    const clock = new FakeClock(join(dir, 'clock'))
    const inserter = startInserter(t, join(dir, 'x.db'), clock.env())
    for (const hours of [0, 5, -3, 20, 0]) {
      clock.set(hours * HOUR_S)
      const offset = () => Date.now() + hours * HOUR_MS
      await inserter.next((outcome, time) => outcome === 'stored' && Math.abs(time - offset()) < HOUR_MS / 2)
      t.pass(`${hours} hours`)
    }
  },
)
