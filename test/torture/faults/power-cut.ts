import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, Place, World } from '../fault.js'
import type { Random } from '../random.js'
import { hits } from './hits.js'
import { nativeUnavailable } from './native.js'
import { checkImage } from './power-cut/image.js'
import { Recording } from './power-cut/recording.js'

const IMAGES = 4
const SAMPLE_MS = 5

const recordings = new Map<string, { recording: Recording; hasBegun: boolean }>()

function stateOf({ directory }: Place) {
  const state = recordings.get(directory)
  if (!state) throw new Error('the power cut was not prepared')
  return state
}

/** Samples the number of acknowledged orders, by the clock of the journal. */
function sampleOrders(world: World) {
  const samples: { time: bigint; orders: number }[] = []
  // Reads the clock after counting, so that all counted orders had been acknowledged by that time.
  const sample = () => {
    const orders = world.acknowledged()
    samples.push({ orders, time: process.hrtime.bigint() })
  }
  const timer = setInterval(sample, SAMPLE_MS)
  return {
    stop: () => clearInterval(timer),
    at: (time: bigint) => samples.findLast((taken) => taken.time <= time)?.orders ?? 0,
  }
}

/** Draws some records of the journal, half of them during a checkpoint of the write-ahead log, if there was one. */
function momentsOf({ data }: World, recording: Recording, random: Random): number[] {
  const { ino } = statSync(join(data, 'stockroom.db'), { bigint: true })
  const all = recording.find()
  const checkpoints = recording.find((entry) => entry.kind === 'write' && entry.inode === ino)
  return Array.from({ length: IMAGES }, (_, i) =>
    random.pick(i % 2 > 0 && checkpoints.length > 0 ? checkpoints : all),
  )
}

/** Simulates power cuts at some moments of the journal, and at its end, from where the round continues. */
async function cutFile(world: World, random: Random): Promise<number> {
  const { recording } = stateOf(world)
  const samples = sampleOrders(world)
  try {
    await world.moreOrders(random.integer(20, 400))
  } finally {
    samples.stop()
  }
  for (const node of world.nodes) await node.end('SIGKILL')
  const chosen = new Set(momentsOf(world, recording, random))
  const image = join(world.directory, 'image')
  let n = 0
  for (const { time } of recording.entries()) {
    if (!chosen.has(n++)) continue
    recording.cut(random, image)
    await checkImage(image, samples.at(time))
    rmSync(image, { recursive: true })
  }
  recording.cutHere(random)
  return chosen.size + 1
}

/**
 * Simulates a power cut of the database server. Before the first one, the server is restarted in an orderly way, so that
 * files written before the recording began are synced.
 */
async function cutServer(world: World, random: Random): Promise<number> {
  const { mariadb } = world
  const state = stateOf(world)
  if (!state.hasBegun) {
    await mariadb.end('SIGTERM')
    state.recording.begin()
    state.hasBegun = true
    await mariadb.start()
  }
  await world.moreOrders(random.integer(20, 400))
  const wasAlive = await mariadb.end('SIGKILL')
  const written = state.recording.find().length
  state.recording.replay()
  state.recording.cutHere(random)
  await mariadb.start()
  return hits(wasAlive && written > 0)
}

/**
 * A power cut loses, tears or reorders any writes to the database folder since the last sync, but no acknowledged order:
 * Stockroom always opens SQLite with synchronous=FULL, and MariaDB's default is innodb_flush_log_at_trx_commit=1. (NORMAL,
 * or 2, would lose the last orders, but damage nothing.)
 */
export const powerCut: Fault = {
  name: 'power-cut',
  title: 'a power cut',
  databases: ['sqlite', 'mysql'],
  losesUnsynced: ['mysql'],
  recordsWrites: ['sqlite'],
  available: async () => nativeUnavailable(),

  async prepare({ database, directory }) {
    const data = join(realpathSync(directory), 'data')
    mkdirSync(data)
    const recording = new Recording(data, directory)
    recordings.set(directory, { recording, hasBegun: database === 'sqlite' })
    const env = await recording.env()
    return database === 'sqlite' ? { data, env } : { data, mariadbEnv: env }
  },

  inject: (world, random) =>
    world.database === 'sqlite' ? cutFile(world, random) : cutServer(world, random),

  async release({ directory }) {
    recordings.delete(directory)
  },
}
