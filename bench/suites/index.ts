import type { Suite } from '../measure.js'
import { growth } from './growth.js'
import { live } from './live.js'
import { login } from './login.js'
import { lone } from './lone.js'
import { orders } from './orders.js'
import { overload } from './overload.js'
import { reads } from './reads.js'
import { server } from './server.js'
import { startUp } from './start.js'
import { storm } from './storm.js'

/** In table order. */
export const suites: Suite[] = [orders, overload, lone, reads, growth, login, live, server, startUp, storm]
