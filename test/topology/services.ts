import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../ports.js'
import { type Program, run } from './programs.js'

const conf = readFileSync(new URL('../../deploy/nginx.conf', import.meta.url), 'utf8')

/** Starts nginx by deploy/nginx.conf, with the addresses of this test in the place of the file's own. */
export async function startNginx(t: Test, dir: string, nodes: string[]): Promise<string> {
  const port = await freePort()
  const replace = (text: string, from: string, to: string) => {
    if (!text.includes(from)) throw new Error(`deploy/nginx.conf has no ${from}`)
    return text.replaceAll(from, to)
  }
  const named = nodes.reduce((text, url, i) => replace(text, `node-${i + 1}:3000`, new URL(url).host), conf)
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    replace(replace(named, ' /tmp/', ` ${dir}/`), 'listen 8080', `listen 127.0.0.1:${port}`),
  )
  // One process, which ends at once and alone.
  await run(
    t,
    'nginx',
    ['-e', 'stderr', '-p', dir, '-c', file, '-g', 'daemon off; master_process off;'],
    port,
  )
  return `http://127.0.0.1:${port}`
}

/** Starts a MariaDB of the test's own, with an empty database `shop`. */
export async function startMariadb(t: Test): Promise<Program & { url: string }> {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'shop-')) // the path of a socket must be short
  const data = join(dir, 'mariadb')
  mkdirSync(data)
  // The server refuses to run as root unless it is told to.
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...user,
    ],
    { stdio: 'pipe' },
  )
  mkdirSync(join(data, 'shop'))
  writeFileSync(join(data, 'shop/db.opt'), 'default-character-set=utf8mb4\ndefault-collation=utf8mb4_bin\n')
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${join(dir, 'socket')}`,
    `--pid-file=${join(dir, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    ...user,
  ]
  const program = await run(t, 'mariadbd', args, port)
  t.teardown(async () => {
    await program.kill()
    rmSync(dir, { recursive: true })
  })
  return { ...program, url: `mysql://root@127.0.0.1:${port}/shop` }
}
