import type { CommitterHub } from './committer-hub.js'
import type { CommitterLink } from './committer-link.js'

/** The other processes of a server with WORKERS, as the committer or a worker reaches them. */
export type Siblings = CommitterHub | CommitterLink
