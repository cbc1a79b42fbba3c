import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { keepTickShape } from '../src/tick-shape.js'

// A program of its own, run by tick-shape.test.ts: what is lost in a process is lost for good.
const TICKS = 10_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const nothing = () => {}

/** What the quickest of some rounds took. */
async function cost(): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 30; round += 1) {
    const begun = performance.now()
    for (let i = 0; i < TICKS; i += 1) process.nextTick(nothing)
    await new Promise(setImmediate)
    least = Math.min(least, performance.now() - begun)
  }
  return least
}

if (process.argv[2] === 'keep') keepTickShape()
const before = await cost()
for (let i = 0; i < 6; i += 1) {
  await setTimeout(10) // nothing waits
  collect()
}
console.log((await cost()) / before)
