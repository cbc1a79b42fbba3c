import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { newFile } from '../databases.js'
import type { Suite } from '../measure.js'
import { makeShop, SECRET } from '../shop.js'
import { addressOf, spawnScript } from '../spawn-script.js'

const OURS = 'the program'
const EMPTY = 'an empty Fastify'
/** By then, data needed only at startup has been freed. */
const IDLE_MS = 2_000
const START_MS = 60_000

/** Starts `script`. @returns the seconds until it is ready and the megabytes it holds when idle. */
async function startOf(script: string, env: Record<string, string>) {
  const started = performance.now()
  const child = spawnScript(script, env, 'server')
  try {
    const address = await addressOf(child)
    const { status } = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(START_MS) })
    if (status !== 200) throw new Error(`/health/ready answered ${status}`)
    const ready = (performance.now() - started) / 1000
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    const rss =
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024
    return { ready, rss }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

/** Time from process start to the first ready response, migration included, and memory when idle. */
export const startUp: Suite = {
  name: 'start',
  seconds: { full: 0, quick: 0 },
  rows: [
    {
      name: 'ready to serve, from start',
      of: OURS,
      against: EMPTY,
      figure: 'ready',
      unit: 's',
      goal: { atMost: 1, absolute: true },
    },
    {
      name: 'memory when idle (RSS)',
      of: OURS,
      against: EMPTY,
      figure: 'rss',
      unit: 'MB',
      goal: { atMost: 120, absolute: true },
    },
  ],

  async open() {
    const file = newFile()
    await makeShop(file.url)
    const env = { NODE_ENV: 'production', PORT: '0', DATABASE_URL: file.url, JWT_SECRET: SECRET }
    return {
      contestants: {
        [OURS]: () => startOf('dist/server.js', env),
        [EMPTY]: () => startOf('bench/baselines/empty.mjs', env),
      },
      async close() {
        await file.drop()
        return []
      },
    }
  },
}
