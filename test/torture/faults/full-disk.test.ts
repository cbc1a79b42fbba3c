import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { memoryFolder, skipIfMissing, startInserter } from './fixtures.js'
import { mountsUnavailable, SmallDisk } from './small-disk.js'

const skip = skipIfMissing(mountsUnavailable())

t.test('a small disk can be filled, freed and unmounted', { skip }, async (t) => {
  const folder = join(memoryFolder(t), 'disk')
  const disk = new SmallDisk(folder)
  try {
    const inserter = startInserter(t, join(folder, 'x.db'), {})
    for (const left of [0, 100_000]) {
      await inserter.next((outcome) => outcome === 'stored')
      disk.leave(left)
      await inserter.next((outcome) => outcome === 'SQLITE_FULL')
      disk.free()
      await inserter.next((outcome) => outcome === 'stored')
    }
  } finally {
    disk.unmount()
  }
  t.notMatch(readFileSync('/proc/self/mounts', 'utf8'), folder)
  t.notOk(existsSync(join(folder, 'x.db')))
})
