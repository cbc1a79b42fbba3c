import type { Fault } from '../fault.js'
import { failFor, prepareFiles, releaseFiles } from './io-errors.js'
import type { Failing } from './io-faults.js'
import { nativeUnavailable } from './native.js'

/** The calls refused by a read-only file system. */
export const READ_ONLY: Omit<Failing, 'seed'> = {
  error: 'EROFS',
  calls: ['write', 'truncate', 'open', 'name'],
  chance: 1,
}

/**
 * The files become read-only under the running program, as when Linux finds an error in an ext4 file system
 * (errors=remount-ro): any change fails with EROFS. A real read-only remount is not possible while files are open for
 * writing, and file permissions do not apply to root.
 */
export const readOnly: Fault = {
  name: 'read-only',
  title: 'files become read-only',
  databases: ['sqlite'],
  nodesOnFile: 2,
  available: async () => nativeUnavailable(),
  prepare: prepareFiles,

  inject: (world, random) => failFor(world, random, READ_ONLY),

  release: releaseFiles,
}
