import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Creates a MariaDB installation with an empty database `shop` in the existing folder `data`.
 * @param place a folder for its socket, whose path must be short
 * @returns the arguments to run mariadbd on `port`
 */
export function installMariadb({
  data,
  place,
  port,
}: {
  data: string
  place: string
  port: number
}): string[] {
  // The server refuses to run as root unless told to.
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
  return [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${join(place, 'socket')}`,
    `--pid-file=${join(place, 'pid')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    ...user,
  ]
}
