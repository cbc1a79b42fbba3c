import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { keepTickShape } from '../../src/http/tick-shape.js'

// A separate program run by tick-shape.test.ts: the slowdown it measures is permanent within a process.
const TICKS = 10_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const nothing = () => {}

/** Returns the duration of the fastest round. */
async function cost(): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY
  for (let round = 0; round < 30; round += 1) {
    const begun = performance.now()
    for (let i = 0; i < TICKS; i += 1) process.nextTick(nothing)
    await new Promise(setImmediate)
    fastest = Math.min(fastest, performance.now() - begun)
  }
  return fastest
}

if (process.argv[2] === 'keep') keepTickShape()
const before = await cost()
for (let i = 0; i < 6; i += 1) {
  await setTimeout(10) // lets the event loop go idle
  collect()
}
console.log((await cost()) / before)
