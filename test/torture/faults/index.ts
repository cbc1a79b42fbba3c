import type { Fault } from '../fault.js'
import { clock } from './clock.js'
import * as clusters from './clusters.js'
import * as commits from './commits.js'
import { fullDisk } from './full-disk.js'
import { ioErrors } from './io-errors.js'
import { powerCut } from './power-cut.js'
import * as processes from './processes.js'
import { readOnly } from './read-only.js'
import * as services from './services.js'
import * as workers from './workers.js'

/** Every fault, in the order of the table. */
export const faults: readonly Fault[] = [
  processes.kill,
  processes.killAtAnswer,
  processes.killStarting,
  processes.killBeside,
  processes.term,
  processes.halt,
  workers.killWorker,
  workers.killCommitter,
  workers.haltCommitter,
  commits.cutAtCommit,
  commits.cutBeforeCommit,
  commits.hangAtCommit,
  commits.killAtCommit,
  commits.haltAtCommit,
  commits.killNodeAtCommit,
  services.killMariadb,
  services.termMariadb,
  services.haltMariadb,
  services.killAll,
  services.cutMariadb,
  services.freezeMariadb,
  services.killRedis,
  services.haltRedis,
  services.cutRedis,
  services.freezeRedis,
  fullDisk,
  readOnly,
  ioErrors,
  powerCut,
  clock,
  clusters.killPrimary,
  clusters.haltPrimary,
  clusters.promoteSecondary,
  clusters.killGaleraNode,
  clusters.haltGaleraNode,
  clusters.galeraConflicts,
]
