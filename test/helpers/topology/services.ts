import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { installMariadb } from '../../../scripts/install-mariadb.js'
import { freePort } from '../ports.js'
import { type Program, run } from './programs.js'

const conf = readFileSync(new URL('../../../deploy/nginx.conf', import.meta.url), 'utf8')

/**
 * Starts nginx with deploy/nginx.conf, its addresses replaced by this test's.
 * @param adapt edits the file first
 */
export async function startNginx(
  t: Test,
  dir: string,
  nodes: string[],
  adapt = (text: string) => text,
): Promise<string> {
  const port = await freePort()
  const replace = (text: string, from: string, to: string) => {
    if (!text.includes(from)) throw new Error(`deploy/nginx.conf has no ${from}`)
    return text.replaceAll(from, to)
  }
  const named = nodes.reduce(
    (text, url, i) => replace(text, `node-${i + 1}:3000`, new URL(url).host),
    adapt(conf),
  )
  const file = join(dir, 'nginx.conf')
  writeFileSync(
    file,
    replace(replace(named, ' /tmp/', ` ${dir}/`), 'listen 8080', `listen 127.0.0.1:${port}`),
  )
  // A single process, which stops at once.
  await run(
    t,
    'nginx',
    ['-e', 'stderr', '-p', dir, '-c', file, '-g', 'daemon off; master_process off;'],
    port,
  )
  return `http://127.0.0.1:${port}`
}

/** Starts a MariaDB for the test with an empty database `shop`. @param options additional mariadbd options */
export async function startMariadb(t: Test, options: string[] = []): Promise<Program & { url: string }> {
  const port = await freePort()
  const place = mkdtempSync(join(tmpdir(), 'shop-'))
  const data = join(place, 'mariadb')
  mkdirSync(data)
  const program = await run(t, 'mariadbd', [...installMariadb({ data, place, port }), ...options], port)
  t.teardown(async () => {
    await program.kill()
    rmSync(place, { recursive: true })
  })
  return { ...program, url: `mysql://root@127.0.0.1:${port}/shop` }
}
