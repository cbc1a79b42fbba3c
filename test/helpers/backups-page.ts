import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectionSettings } from '../../src/db/mysql/connection.js'
import './process.js' // builds the programs used by the commands

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/backups.md'), 'utf8')

/** Returns the commands in a part of a section of docs/backups.md, without list indentation. */
export function commandsOf(section: string, part: string): string {
  const [, text = ''] = page.split(`\n## ${section}\n`)
  const [, own = ''] = (text.split('\n## ')[0] ?? '').split(`\n### ${part}\n`)
  const [, code] = /```sh\n(.*?)```/s.exec(own.split('\n### ')[0] ?? '') ?? []
  if (!code) throw new Error(`docs/backups.md has no commands for ${part} under ${section}`)
  return code.replace(/^ +/gm, '')
}

/**
 * Runs commands of docs/backups.md on the database `url`, with its files in `dir`.
 * @param names what else is called differently in the test
 */
export function sh(dir: string, url: string, script: string, names: Record<string, string> = {}): string {
  const { NODE_OPTIONS: _, ...env } = process.env
  const { database = 'shop' } = url.startsWith('file:') ? {} : connectionSettings(url)
  let inPlace = script
    .replaceAll('backups/', `${dir}/backups/`)
    .replaceAll('backup.cnf', `${dir}/backup.cnf`)
    .replace(/(?<=[ =])shop(?=[ ;)\n])/g, database)
  for (const [name, own] of Object.entries(names)) {
    if (!inPlace.includes(name)) throw new Error(`the commands do not have ${name}: ${script}`)
    inPlace = inPlace.replaceAll(name, own)
  }
  const options = { cwd: root, env: { ...env, DATABASE_URL: url }, encoding: 'utf8' } as const
  const { status, stdout, stderr } = spawnSync('sh', ['-eu', '-c', inPlace], options)
  if (status !== 0) throw new Error(`${inPlace}\nended with ${status}: ${stdout}${stderr}`)
  return stdout
}
