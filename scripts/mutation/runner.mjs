/**
 * A test runner for Stryker: it runs the tests that come by a mutant, the quickest first, until one fails. Its
 * processes are used again, as long as a failed test passes there without the mutant. To start one for each mutant
 * would take hours.
 */
import { fork } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { testFiles } from '../test/bundle.mjs'
import { chosenTests } from './folders.mjs'
import { sampledIds } from './sample.mjs'

// Stryker loads this file in the checkout, but runs it in its copy.
const surveyFile = () => resolve('.tap/survey.json')
// Processor time allowed to tests, in addition to a multiple of what they took without a mutant.
const LEAST_CPU_MS = 4_000
const SLOWNESS = 5
// For a process that does not even notice that it hangs, as in an endless loop.
const TIMEOUT_MS = 60_000

const idOf = ({ file, name }) => `${file} › ${name}`

function start() {
  const templates = resolve('.tap/templates')
  mkdirSync(templates, { recursive: true })
  return fork(resolve('scripts/mutation/child.mjs'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      TEST_DATABASE: 'sqlite',
      TEST_TEMPLATES: templates,
      TEST_BUILT: '1',
      TAP_TIMEOUT: '0', // hanging tests are ended from here
      TAP_JOB_ID: process.env.STRYKER_MUTATOR_WORKER ?? '0',
    },
  })
}

/**
 * Sends a task to `child`. @returns its answer; `expired` after `timeout` milliseconds; `crashed` if the process
 * exited
 */
async function ask(child, request, timeout) {
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-2_000)
  })
  child.send(request)
  const answer = await new Promise((settle) => {
    // tap sends messages of its own.
    child.on('message', ({ answer }) => answer && settle(answer))
    child.once('exit', () => settle({ crashed: stderr || 'its process ended' }))
    setTimeout(settle, timeout, { expired: true }).unref()
  })
  child.removeAllListeners()
  child.stderr.removeAllListeners('data')
  return answer
}

class Runner {
  #child
  #survey
  #sample

  capabilities = () => ({ reloadEnvironment: true })

  /** Runs each test alone, without a mutant: all of them must pass. */
  async dryRun({ timeout }) {
    const files = chosenTests(testFiles())
    const surveys = new Map()
    const waiting = [...files]
    const work = async () => {
      for (let file = waiting.shift(); file; file = waiting.shift()) {
        const child = start()
        surveys.set(file, await ask(child, { task: 'survey', file }, timeout))
        child.kill('SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: availableParallelism() }, work))
    const tests = []
    const perTest = {}
    const [times, cpuTimes] = [{}, {}]
    const atLoad = new Set()
    for (const [file, { tests: found, hits, crashed, expired }] of surveys) {
      if (!found) return { status: 'error', errorMessage: `${file}: ${crashed ?? (expired && 'it hangs')}` }
      for (const mutant of Object.keys(hits)) atLoad.add(mutant)
      for (const test of found) {
        // It would count as hanging whatever the mutant.
        if (test.ok && test.waits) continue
        const id = idOf({ file, name: test.name })
        const common = { id, name: id, timeSpentMs: Math.ceil(test.ms) }
        tests.push(
          test.ok
            ? { ...common, status: 0 }
            : { ...common, status: 1, failureMessage: `run alone, without a mutant: ${test.message}` },
        )
        perTest[id] = { ...hits, ...test.hits }
        times[id] = test.ms
        cpuTimes[id] = test.cpuMs
      }
    }
    writeFileSync(surveyFile(), JSON.stringify({ times, cpuTimes, atLoad: [...atLoad] }))
    return { status: 'complete', tests, mutantCoverage: { static: {}, perTest } }
  }

  async mutantRun({ activeMutant: { id: mutant }, testFilter = [], hitLimit }) {
    this.#sample ??= sampledIds()
    if (this.#sample && !this.#sample.has(mutant))
      return { status: 'error', errorMessage: 'not in the sample' }
    this.#survey ??= JSON.parse(readFileSync(surveyFile(), 'utf8'))
    const { times, cpuTimes, atLoad } = this.#survey
    const tests = testFilter
      .toSorted((a, b) => times[a] - times[b])
      .map((id) => {
        const [file, name] = id.split(' › ')
        return { file, name }
      })
    // Code that runs while files load needs the mutant active at load time, in a fresh process not reused afterwards.
    const fromStart = atLoad.includes(mutant)
    if (fromStart) this.#discard()
    if (!this.#child?.connected) this.#child = start() // it may have ended on its own
    const cpuMs = LEAST_CPU_MS + SLOWNESS * testFilter.reduce((sum, id) => sum + cpuTimes[id], 0)
    const request = { task: 'attempt', mutant, hitLimit, tests, fromStart, cpuMs }
    const answer = await ask(this.#child, request, TIMEOUT_MS + cpuMs)
    if (!answer.sound) this.#discard()
    if (answer.expired || answer.endless || answer.hangs) return { status: 'timeout' }
    if (answer.crashed)
      return { status: 'killed', killedBy: [testFilter[0]], failureMessage: answer.crashed, nrOfTests: 1 }
    if (!answer.killed) return { status: 'survived', nrOfTests: answer.count }
    return {
      status: 'killed',
      killedBy: [idOf(answer)],
      failureMessage: answer.message,
      nrOfTests: answer.count,
    }
  }

  #discard() {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async dispose() {
    this.#discard()
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'files', Runner)]
