import { resolve } from 'node:path'

/** The path that a `file:` URL names, against the working directory. */
export const databaseFile = (url: string) => resolve(url.slice('file:'.length))
