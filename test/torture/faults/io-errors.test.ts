import { join } from 'node:path'
import t, { type Test } from 'tap'
import { memoryFolder, skipIfMissing, startInserter } from './fixtures.js'
import { type Failing, IoFaults } from './io-faults.js'
import { nativeUnavailable } from './native.js'

const skip = skipIfMissing(nativeUnavailable())

async function setup(t: Test) {
  const dir = memoryFolder(t)
  const faults = new IoFaults(join(dir, 'x.db'), join(dir, 'control'))
  t.teardown(() => faults.close())
  return { faults, inserter: startInserter(t, join(dir, 'x.db'), await faults.env()) }
}

const CASES: [Pick<Failing, 'error' | 'calls'>, RegExp][] = [
  [{ error: 'EIO', calls: ['write'] }, /^SQLITE_IOERR_WRITE$/],
  [{ error: 'EIO', calls: ['sync'] }, /^SQLITE_IOERR_FSYNC$/],
  [{ error: 'ENOSPC', calls: ['write'] }, /^SQLITE_FULL$/],
  [{ error: 'EROFS', calls: ['write', 'truncate', 'open', 'name'] }, /^SQLITE_(IOERR|READONLY)/],
]

t.test('calls fail only between begin and end', { skip }, async (t) => {
  const { faults, inserter } = await setup(t)
  await inserter.next((outcome) => outcome === 'stored')
  for (const [failing, code] of CASES) {
    const before = faults.injected
    faults.begin({ ...failing, chance: 1, seed: 7 })
    await inserter.next((outcome) => code.test(outcome))
    t.ok(faults.injected > before, `${failing.error} of ${failing.calls}`)
    faults.end()
    await inserter.next((outcome) => outcome === 'stored')
    const after = faults.injected
    for (let stored = 0; stored < 5; stored++) await inserter.next((outcome) => outcome === 'stored')
    t.equal(faults.injected, after)
  }
})

t.test('calls fail with the given probability', { skip }, async (t) => {
  const { faults, inserter } = await setup(t)
  await inserter.next((outcome) => outcome === 'stored')
  faults.begin({ error: 'EIO', calls: ['sync'], chance: 0.5, seed: 7 })
  let failed = 0
  for (let n = 0; n < 60; n++) await inserter.next((outcome) => outcome === 'stored' || ++failed > 0)
  t.ok(failed > 10 && failed < 50, `${failed} of 60`)
})

t.test('calls on other files do not fail', { skip }, async (t) => {
  const dir = memoryFolder(t)
  const faults = new IoFaults(join(dir, 'other'), join(dir, 'control'))
  t.teardown(() => faults.close())
  const inserter = startInserter(t, join(dir, 'x.db'), await faults.env())
  faults.begin({ error: 'EIO', calls: ['write', 'sync', 'open', 'read'], chance: 1, seed: 7 })
  for (let stored = 0; stored < 5; stored++)
    await inserter.next((outcome) => {
      t.equal(outcome, 'stored')
      return true
    })
  t.equal(faults.injected, 0)
})
