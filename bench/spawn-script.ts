import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Place, placed } from './processes.js'

const inRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** Starts a script of the repository that is no program of the benchmark, on the cores of `place`. */
export function spawnScript(script: string, env: Record<string, string>, place: Place): ChildProcess {
  const [command = '', ...args] = placed(place, [process.execPath, inRoot(script)])
  return spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Resolves with the address printed by `child` when it listens. */
export const addressOf = (child: ChildProcess) =>
  new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const [address] = /http:\/\/127\.0\.0\.1:\d+(?=\s)/.exec(output) ?? []
      if (address) resolve(address)
    })
    child.once('exit', () => reject(new Error(`it ended: ${output}`)))
  })
