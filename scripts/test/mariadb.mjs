/** Starts a MariaDB server in memory for a test run: on a disk, its syncs take nine tenths of the time of CREATE TABLE. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tsImport } from 'tsx/esm/api'

/** Each of the files running concurrently opens the pools of several nodes. */
const MAX_CONNECTIONS = 500
const installed = () =>
  ['mariadbd', 'mariadb-install-db'].every((name) => !spawnSync(name, ['--version']).error)

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

/** Returns whether something listens on `port`. */
async function listens(port) {
  const socket = connect(port, '127.0.0.1')
  const answer = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return answer
}

/**
 * Starts a server with its data below `folder`, unless none is installed.
 * @returns its URL and a function to end it, or undefined
 */
export async function startMariadb(folder) {
  if (!installed()) return undefined
  const { installMariadb } = await tsImport('../install-mariadb.ts', import.meta.url)
  const data = join(folder, 'mariadb')
  mkdirSync(data)
  const port = await freePort()
  const options = [...installMariadb({ data, place: folder, port }), `--max-connections=${MAX_CONNECTIONS}`]
  const child = spawn('mariadbd', options, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  process.once('exit', () => child.kill('SIGKILL'))
  while (!(await listens(port))) {
    if (child.exitCode !== null) return undefined
    await sleep(100)
  }
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
