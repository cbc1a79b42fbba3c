import { fileURLToPath } from 'node:url'

/** The folder with src/, dist/ and prisma/, resolved the same from the source and from the build. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))
