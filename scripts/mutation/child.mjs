/**
 * A process that runs tests with an active mutant. It loads each test file once and keeps it. The mutated sources
 * read the active mutant from `globalThis.__stryker__` and count there which mutants they reach.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Test } from 'tap'
import { record, replayOn } from './recorder.mjs'

const LOOK_EVERY_MS = 200
/** A process that uses less processor time than this between two checks, that often in a row, is idle. */
const IDLE_MS = 4
const IDLE_LOOKS = 10

const stryker = { mutantCoverage: { static: {}, perTest: {} }, hitCount: 0 }
globalThis.__stryker__ = stryker
const files = new Map()

/** Returns the tests and hooks of a test file, and the mutants reached while loading it. */
async function load(file) {
  const known = files.get(file)
  if (known) return known
  const entry = resolve('.tap/mutated', file.replace(/^test\/(.*)\.ts$/, '$1.js'))
  const calls = await record(() => import(pathToFileURL(entry).href))
  const loaded = { calls, hits: { ...stryker.mutantCoverage.static } }
  files.set(file, loaded)
  return loaded
}

/** Returns the processor time used by this process since `process.cpuUsage()` returned `begun`, in milliseconds. */
function cpuMsSince(begun) {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

/** Returns how long the threads of this process have waited for a processor, in milliseconds: on Linux alone. */
function starvedMs() {
  try {
    const of = (thread) => Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1])
    return readdirSync('/proc/self/task').reduce((sum, thread) => sum + of(thread), 0) / 1e6
  } catch {
    return 0 // a thread has ended, or this is another system
  }
}

/** Returns the first failed assertion at any depth. */
const firstFailure = ({ lists }) => lists.fail.find(({ name }) => name)

/** Runs the test `name` of `file` under its own root test, with the file's hooks. */
async function run(file, name) {
  const { calls } = await load(file)
  const root = new Test({
    name: file,
    testdir: join(tmpdir(), `stockroom-mutant-${process.pid}`),
    timeout: 0,
  })
  root.resume()
  const ended = root.promise()
  replayOn(root)
  const begun = performance.now()
  const used = process.cpuUsage()
  for (const { method, args } of calls) if (method !== 'test' || args[0] === name) await root[method](...args)
  root.end()
  await ended // with the teardowns
  const spent = { ms: performance.now() - begun, cpuMs: cpuMsSince(used) }
  if (root.passing()) return { ok: true, ...spent }
  return { ok: false, ...spent, message: String(firstFailure(root)?.name ?? 'it failed') }
}

/** Runs each test of `file` once. Answers with their names, durations, the mutants they reach, and whether they idle. */
async function survey({ file }) {
  const { calls, hits } = await load(file)
  const tests = []
  for (const { method, args } of calls) {
    if (method !== 'test') continue
    const [name] = args
    stryker.currentTestId = name
    let waits = false
    const end = watchForHang(Number.POSITIVE_INFINITY, () => {
      waits = true
    })
    const outcome = await run(file, name)
    end()
    stryker.currentTestId = undefined
    tests.push({ name, ...outcome, waits, hits: stryker.mutantCoverage.perTest[name] ?? {} })
  }
  return { tests, hits }
}

/** Runs `tests` in sequence with `mutant` active until one fails. */
async function attempt({ mutant, hitLimit, tests, fromStart }) {
  if (fromStart) stryker.activeMutant = mutant
  else for (const { file } of tests) await load(file)
  Object.assign(stryker, { activeMutant: mutant, hitLimit, hitCount: 0 })
  let count = 0
  for (const { file, name } of tests) {
    count++
    const { ok, message } = await run(file, name)
    if (ok) continue
    const endless = hitLimit !== undefined && stryker.hitCount > hitLimit
    Object.assign(stryker, { activeMutant: undefined, hitLimit: undefined })
    // A failed test may have left something behind: this process is of further use if the test passes now.
    const sound = !fromStart && !endless && (await run(file, name)).ok
    return { killed: true, endless, sound, file, name, message, count }
  }
  stryker.activeMutant = undefined
  return { killed: false, sound: !fromStart, count }
}

/**
 * Calls `onHang` when the tests hang: when they have used more than `cpuMs`, or when nothing has happened for a while although
 * this process has its turns. Neither depends on what else keeps the machine busy.
 */
function watchForHang(cpuMs, onHang) {
  const begun = process.cpuUsage()
  let idleLooks = 0
  let last = begun
  let [at, starved] = [performance.now(), starvedMs()]
  const timer = setInterval(() => {
    const [now, starvedNow] = [performance.now(), starvedMs()]
    // With work to do, it waits most of the time where others have the processors.
    const isStarved = starvedNow - starved > (now - at) / 2
    idleLooks = cpuMsSince(last) < IDLE_MS && !isStarved ? idleLooks + 1 : 0
    last = process.cpuUsage()
    at = now
    starved = starvedNow
    if (idleLooks >= IDLE_LOOKS || cpuMsSince(begun) > cpuMs) onHang()
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

process.on('message', async ({ task, cpuMs, ...request }) => {
  const answer = (outcome) => process.send({ answer: outcome })
  if (task === 'survey') return answer(await survey(request))
  const end = watchForHang(cpuMs, () => answer({ hangs: true }))
  answer(await attempt(request))
  end()
})
process.on('disconnect', () => process.exit())
