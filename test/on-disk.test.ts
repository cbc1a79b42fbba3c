import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeFolder } from '../src/on-disk.js'
import { spawnServer } from './helpers/process.js'

const noProc = process.platform !== 'linux' && 'there is no /proc here'

t.test('a folder is created with its parents, readable by the owner alone', async (t) => {
  const dir = t.testdir()
  const folder = join(dir, 'a', 'b', 'c')
  makeFolder(folder)
  makeFolder(folder)
  if (process.platform !== 'win32')
    for (const made of [join(dir, 'a'), join(dir, 'a', 'b'), folder])
      t.equal(statSync(made).mode & 0o777, 0o700)
})

t.test('a folder behind a symbolic link exists', async (t) => {
  const dir = t.testdir()
  mkdirSync(join(dir, 'real'))
  symlinkSync(join(dir, 'real'), join(dir, 'link'), 'junction')
  makeFolder(join(dir, 'link', 'below'))
  t.ok(statSync(join(dir, 'real', 'below')).isDirectory())
})

t.test('a file in the way is an error', async (t) => {
  const dir = t.testdir()
  writeFileSync(join(dir, 'file'), '')
  t.throws(() => makeFolder(join(dir, 'file', 'below')))
})

t.test('a parent that takes no folders is an error at once', { skip: noProc }, async (t) => {
  t.throws(() => makeFolder('/proc/none/below'), { code: 'ENOENT' })
  const server = spawnServer(t, t.testdir(), { DATABASE_URL: 'file:/proc/none/stockroom.db' })
  t.equal(await server.ended, 1)

  t.match(server.output(), /\/proc\/none/)
})
