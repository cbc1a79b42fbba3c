import { fileURLToPath } from 'node:url'

/** The folder that holds src/, dist/ and prisma/: the same from a source and from what is built of it. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))
