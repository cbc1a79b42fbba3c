import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { pacing } from '../../src/http/paced.js'

const PIECES = 25
const PIECE_MS = 4

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Runs the pieces. @returns how long they took, in milliseconds */
async function run(paced: <T>(piece: () => Promise<T>) => Promise<T>): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < PIECES; i++) await paced(async () => work(PIECE_MS))
  return performance.now() - start
}

t.test('pieces rest while others are at work, and otherwise do not', async (t) => {
  const plain = await run(async (piece) => {
    await nextTurn()
    return piece()
  })
  const alone = await run(pacing())
  t.ok(alone < 2 * plain, `${alone} ms alone, ${plain} ms without pauses`)

  let others = 0
  let isOver = false
  const beside = (async () => {
    while (!isOver) {
      work(2)
      others += 2
      await nextTurn()
    }
  })()
  await run(pacing())
  isOver = true
  await beside
  t.ok(others > PIECES * PIECE_MS, `${others} ms for others beside ${PIECES * PIECE_MS} ms`)
})
