import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { adminOf, makeProduct, startServer } from '../../helpers/process.js'
import { Random } from '../random.js'
import { memoryFolder, skipIfMissing } from './fixtures.js'
import { nativeUnavailable } from './native.js'
import { checkImage } from './power-cut/image.js'
import { Recording } from './power-cut/recording.js'

const skip = skipIfMissing(nativeUnavailable())
const WRITER = fileURLToPath(new URL('power-cut/writer.mjs', import.meta.url))

function record(t: Test) {
  const dir = memoryFolder(t)
  const [root, own] = ['disk', 'journal'].map((name) => join(dir, name)) as [string, string]
  for (const folder of [root, own]) mkdirSync(folder)
  return { dir, root, recording: new Recording(root, own) }
}

/** Cuts the power at random moments while a SQLite file is written. @returns the numbers of cuts, and of bad results */
async function cutWriter(t: Test, synchronous: string) {
  const { dir, root, recording } = record(t)
  const env = { ...process.env, ...(await recording.env()) }
  const args = [WRITER, join(root, 'x.db'), synchronous, '45']
  const times: string[] = JSON.parse(String(execFileSync(process.execPath, args, { env })))
  const random = new Random(`power cut ${synchronous}`)
  const chance = 24 / recording.find().length
  const image = join(dir, 'image')
  let [cuts, lost, damaged] = [0, 0, 0]
  for (const { time } of recording.entries()) {
    if (!random.chance(chance)) continue
    cuts++
    recording.cut(random, image)
    const acknowledged = times.filter((at) => BigInt(at) <= time).length
    try {
      const db = new Database(join(image, 'x.db'))
      if (db.pragma('integrity_check', { simple: true }) !== 'ok') damaged++
      const made = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kept'").get()
      const rows = made ? db.prepare('SELECT COUNT(*) FROM kept').pluck().get() : 0
      if (Number(rows) < acknowledged) lost++
      db.close()
    } catch {
      damaged++
    }
    rmSync(image, { recursive: true })
  }
  recording.cut(undefined, image)
  for (const name of readdirSync(root))
    t.ok(
      readFileSync(join(root, name)).equals(readFileSync(join(image, name))),
      `${name} was recorded completely`,
    )
  return { cuts, lost, damaged }
}

t.test('synced data survives a power cut', { skip }, async (t) => {
  const { cuts, ...faults } = await cutWriter(t, 'FULL')
  t.ok(cuts > 10, `${cuts} cuts`)
  t.same(faults, { lost: 0, damaged: 0 })
})

t.test('unsynced data is lost or torn', { skip }, async (t) => {
  const normal = await cutWriter(t, 'NORMAL')
  t.ok(normal.lost > 0, 'the last commits are lost')
  t.equal(normal.damaged, 0)
  const off = await cutWriter(t, 'OFF')
  t.ok(off.damaged > 0)
})

t.test('the server starts after a power cut at any moment', { skip }, async (t) => {
  const { dir, root, recording } = record(t)
  const server = await startServer(t, dir, {
    ...(await recording.env()),
    DATABASE_URL: `file:${join(root, 'data/stockroom.db')}`,
  })
  const headers = await adminOf(server)
  const body = JSON.stringify({ productId: await makeProduct(server.url, headers, 100), quantity: 1 })
  for (let order = 0; order < 5; order++)
    t.equal((await fetch(`${server.url}/orders`, { method: 'POST', headers, body })).status, 201)
  await server.stop('SIGKILL')

  const random = new Random('power cut of the program')
  const chance = 5 / recording.find().length
  const image = join(dir, 'image')
  const key = join(image, 'data/jwt-secret')
  let keys = 0
  let sinceKey = Number.NEGATIVE_INFINITY
  for (const { kind } of recording.entries()) {
    sinceKey = kind === 'link' ? 0 : sinceKey + 1
    const isKeyNew = sinceKey >= 0 && sinceKey < 10
    if (!isKeyNew && !random.chance(chance)) continue
    recording.cut(random, image)
    if (!isKeyNew) await checkImage(join(image, 'data'), 0)
    if (existsSync(key)) {
      keys++
      t.equal(readFileSync(key, 'utf8').length, 43, 'the signing key is complete')
    }
    rmSync(image, { recursive: true })
  }
  t.ok(keys > 0)
  recording.cutHere(random)
  await checkImage(join(root, 'data'), 5)
})
