import type { Suite } from '../measure.js'
import { bare } from './bare.js'
import { checkouts } from './checkouts.js'
import { expiry } from './expiry.js'
import { files } from './files.js'
import { growth } from './growth.js'
import { idle } from './idle.js'
import { live } from './live.js'
import { login } from './login.js'
import { lone } from './lone.js'
import { nodes } from './nodes.js'
import { orders } from './orders.js'
import { overload } from './overload.js'
import { reads } from './reads.js'
import { server } from './server.js'
import { startUp } from './start.js'
import { storm } from './storm.js'
import { webhooks } from './webhooks.js'
import { workers } from './workers.js'

/** In table order. */
export const suites: Suite[] = [
  orders,
  checkouts,
  overload,
  lone,
  expiry,
  files,
  reads,
  bare,
  growth,
  login,
  live,
  idle,
  webhooks,
  workers,
  server,
  nodes,
  startUp,
  storm,
]
