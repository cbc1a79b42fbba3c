/** The client of Stockroom's API and of its live events, for Node, browsers, Deno and Bun. */
export { type Client, type ClientOptions, createClient } from './client.js'
export * from './live.js'
export { type AnyProblem, isProblem, orThrow, ProblemError, type ProblemType } from './problems.js'
export type { TokenStorage, Tokens } from './session.js'
