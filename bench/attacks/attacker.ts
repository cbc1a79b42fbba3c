/** The attacking process. It lowers its priority so that the server is measured, not contention for this machine. */
import { setMaxListeners } from 'node:events'
import { getPriority, setPriority } from 'node:os'
import { optionsOf, ready } from '../child.js'
import { type Attack, type AttackOptions, tally } from './attack.js'
import { handshakeResets, slowDocs, slowLists, strayUpgrades } from './connections.js'
import { abandonedLists, expensiveLists, logins, orderFlood, refusedRequests } from './requests.js'
import { leaveAndJoin, packets, replays10, replays100, resumes } from './sockets.js'

const ATTACKS: Record<string, Attack> = {
  handshakeResets,
  strayUpgrades,
  replays10,
  replays100,
  leaveAndJoin,
  packets,
  expensiveLists,
  abandonedLists,
  slowDocs,
  slowLists,
  logins,
  refusedRequests,
  orderFlood,
  resumes,
}

const { name, seconds, ...options } = optionsOf<AttackOptions & { name: string; seconds: number }>()
setPriority(getPriority() + 5)
const attack = ATTACKS[name]
if (!attack) throw new Error(`there is no attack ${name}`)
if (options.host !== '127.0.0.1') throw new Error('only this machine is attacked')
const over = AbortSignal.timeout(seconds * 1000)
setMaxListeners(0, over)
ready({}, { started: () => tally.started }, async () => undefined)
await attack(options, over).catch(() => undefined)
