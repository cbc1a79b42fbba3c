import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openPositionFile } from '../../src/stream/position-file.js'

const epoch = 'c0ffee'.repeat(5)

t.test('the last position written is read by this process and the next', async (t) => {
  const file = join(t.testdir(), 'made/on/demand/position')
  const first = await openPositionFile(file)
  t.teardown(() => first.close())
  t.equal(await first.read(), undefined, 'none at first')
  await first.write({ epoch, offset: 1_234_567 })
  t.same(await first.read(), { epoch, offset: 1_234_567 })
  await first.write({ epoch, offset: 8 })
  const second = await openPositionFile(file)
  t.teardown(() => second.close())
  t.same(await second.read(), { epoch, offset: 8 }, 'a shorter number overwrites a longer one completely')
})

t.test(
  'the file and its folder are readable by their owner only',
  { skip: process.platform === 'win32' },
  async (t) => {
    const dir = join(t.testdir(), 'data')
    const opened = await openPositionFile(join(dir, 'position'))
    t.teardown(() => opened.close())
    t.equal(statSync(dir).mode & 0o777, 0o700)
    t.equal(statSync(join(dir, 'position')).mode & 0o777, 0o600)
  },
)

t.test('an unchanged position is not written again', async (t) => {
  const file = join(t.testdir(), 'position')
  const opened = await openPositionFile(file)
  t.teardown(() => opened.close())
  await opened.write({ epoch, offset: 1 })
  writeFileSync(file, 'another process was here')
  await opened.write({ epoch, offset: 1 })
  t.equal(readFileSync(file, 'utf8'), 'another process was here')
  await opened.write({ epoch, offset: 2 })
  t.match(readFileSync(file, 'utf8'), /^(c0ffee){5} +2\n$/)
})

t.test('an invalid position is ignored', async (t) => {
  const file = join(t.testdir(), 'position')
  const opened = await openPositionFile(file)
  t.teardown(() => opened.close())
  for (const text of [
    '',
    'nonsense\n',
    `${epoch} \n`,
    `${epoch} 12`,
    `${epoch}12\n`,
    ` ${epoch} 12\n`,
    `${epoch} 1x\n`,
  ]) {
    writeFileSync(file, text)
    t.equal(await opened.read(), undefined, JSON.stringify(text))
  }
})
