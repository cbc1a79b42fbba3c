import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, World } from '../fault.js'
import type { Random } from '../random.js'
import { hits } from './hits.js'

const BOTH = ['sqlite', 'mysql'] as const
const here = async () => undefined

/** Like the kernel's out-of-memory killer. */
export const kill: Fault = {
  name: 'kill',
  title: 'kill -9 of a process',
  databases: BOTH,
  available: here,
  async inject({ nodes }, random) {
    return hits(await random.pick(nodes).end('SIGKILL'))
  },
}

/** The worst moment if an order is acknowledged too early. */
export const killAtAnswer: Fault = {
  name: 'kill-at-answer',
  title: 'kill -9 of all processes as soon as an order is acknowledged',
  databases: BOTH,
  available: here,
  async inject({ nodes, nextOrder }) {
    await nextOrder()
    return hits(...(await Promise.all(nodes.map((node) => node.end('SIGKILL')))))
  },
}

/** Kills all processes at once, and each again while it recovers from the first kill. */
export const killStarting: Fault = {
  name: 'kill-starting',
  title: 'kill -9 of all processes, and again during startup',
  databases: BOTH,
  available: here,
  async inject({ nodes }, random) {
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    const again = nodes.map(async (node) => {
      const started = node.start().catch(() => undefined)
      await sleep(random.between(0, 1_500))
      const wasAlive = await node.end('SIGKILL')
      await started
      return wasAlive
    })
    return hits(...(await Promise.all(again)))
  },
}

/** Kills one of two processes sharing a file, possibly while it holds the file lock. */
export const killBeside: Fault = {
  name: 'kill-beside',
  title: 'kill -9 of one of two processes sharing a file',
  databases: ['sqlite'],
  nodesOnFile: 2,
  available: here,
  async inject({ nodes }, random) {
    return hits(await random.pick(nodes).end('SIGKILL'))
  },
}

/** An orderly shutdown, as in a deployment. The exit code must be 0. */
export const term: Fault = {
  name: 'term',
  title: 'SIGTERM to a process',
  databases: BOTH,
  available: here,
  async inject({ nodes }, random) {
    return hits(await random.pick(nodes).end('SIGTERM'))
  },
}

const haltOnce = async ({ nodes }: World, random: Random, [min, max]: [number, number]) => {
  const node = random.pick(nodes)
  const stopped = await node.halt()
  await sleep(random.between(min, max))
  node.resume()
  return hits(stopped)
}

/** A process stalls and continues, as on a suspended or swapping machine. */
export const halt: Fault = {
  name: 'halt',
  title: 'SIGSTOP of a process for 1 to 12 s',
  databases: BOTH,
  available: here,
  inject: (world, random) => haltOnce(world, random, [1_000, 12_000]),
}

/** Alternates between the three signals, with short pauses, for short runs. */
export function alternatingSignals(): Fault {
  let turn = 0
  const brief: Fault['inject'] = (world, random) => haltOnce(world, random, [100, 1_000])
  const turns = [kill.inject, term.inject, brief]
  return {
    name: 'alternating-signals',
    title: 'kill -9, SIGTERM and SIGSTOP of a process, alternating',
    databases: BOTH,
    available: here,
    inject: async (world, random) => (await turns[turn++ % turns.length]?.(world, random)) ?? 0,
  }
}
