import type { Started as BannerFacts } from '../banner.js'
import type { Meeting } from './meeting.js'

/** What a process of a server with WORKERS does: `committer` commits orders and works in the background, `worker` serves. */
export type Role = 'committer' | 'worker'

const VARIABLE = 'STOCKROOM_ROLE'

/** Returns the environment of a process with `role`, besides the inherited one. */
export const environmentOf = (role: Role) => ({ [VARIABLE]: role })

/** Returns the role of this process; undefined for the one that was started by hand. */
export function roleOf(env: NodeJS.ProcessEnv): Role | undefined {
  const role = env[VARIABLE]
  return role === 'committer' || role === 'worker' ? role : undefined
}

/** Messages between the supervisor and its processes. */
export type FromSupervisor = { type: 'committer'; meeting: Meeting } | { type: 'close' }
/** Said by a process that can hear the supervisor from now on; and from time to time, while it does not hang. */
export interface Sign {
  type: 'hello' | 'alive'
}

export interface Started {
  type: 'started'
  facts: StartFacts
  /** How workers reach the committer. */
  meeting?: Meeting | undefined
}

/** What a process knows for the banner. */
export type StartFacts = Partial<Pick<BannerFacts, 'address' | 'hasAdmin' | 'firstAdmin'>>
