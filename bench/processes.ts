/** Starts the programs of a benchmark, each pinned to its cores, and talks to them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'

/** Cores a program may use: a server has its own, load gets the others, `all` is for programs measured alone. */
export type Place = 'server' | 'load' | 'all'

const last = availableParallelism() - 1
const coresOf: Record<Place, string> = { server: '0', load: last > 1 ? `1-${last}` : '1', all: `0-${last}` }

/** Whether server and load are pinned to different cores. */
export const pinned = last > 0 && spawnSync('taskset', ['--version']).status === 0

/** Returns `command` prefixed to pin it to `place`. */
export const placed = (place: Place, command: string[]): string[] =>
  pinned ? ['taskset', '-c', coresOf[place], ...command] : command

/** Pins this process, which generates load, to the cores for load. */
export function takePlace(): void {
  if (pinned) spawnSync('taskset', ['-a', '-c', '-p', coresOf.load, String(process.pid)])
}

/** A running benchmark program. `Hello` is its ready message. */
export interface Program<Hello> {
  hello: Hello
  pid: number
  /** Runs one of the program's commands. */
  ask<Answer>(command: string, argument?: unknown): Promise<Answer>
  /** Stops the program and waits for its exit. */
  stop(): Promise<void>
}

export interface StartOptions {
  place: Place
  /** Passed to the program as its first argument, as JSON. */
  options?: object
  /** Options for Node itself. */
  nodeOptions?: string[]
}

type Message = { hello: unknown } | { answer: unknown } | { fault: string }

/** Starts `bench/<script>` and waits until it is ready. @throws if it exits first, or a command fails. */
export async function start<Hello>(script: string, startOptions: StartOptions): Promise<Program<Hello>> {
  const { place, options = {}, nodeOptions = [] } = startOptions
  const node = [
    process.execPath,
    ...nodeOptions,
    ...(script.endsWith('.ts') ? ['--import', 'tsx'] : []),
    `bench/${script}`,
    JSON.stringify(options),
  ]
  const [command = '', ...args] = placed(place, node)
  // Its log is discarded, as it would go to a pipe in production; fatal errors are shown.
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const gone = once(child, 'exit').then(([code, signal]) => ({ fault: `it ended (${code ?? signal})` }))
  const next = async (): Promise<Message> => {
    const message = once(child, 'message').then(([received]) => received as Message)
    const received = await Promise.race([message, gone])
    if ('fault' in received) throw new Error(`bench/${script}: ${received.fault}`)
    return received
  }
  const first = await next()
  let turn: Promise<unknown> = Promise.resolve()
  return {
    // Messages are not validated: the programs are in this folder.
    hello: ('hello' in first ? first.hello : undefined) as Hello,
    pid: child.pid ?? 0,
    ask<Answer>(name: string, argument?: unknown) {
      const asked = turn.then(async () => {
        const answered = next()
        child.send({ name, argument })
        const message = await answered
        return ('answer' in message ? message.answer : undefined) as Answer
      })
      turn = asked.catch(() => undefined)
      return asked
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await gone
    },
  }
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
