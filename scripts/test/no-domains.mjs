/**
 * Import this before tap. For the sake of errors that nobody catches, tap traces every asynchronous operation to the test that
 * began it, with hooks that take up to a quarter of the processor time. Where tests run one after another, such an
 * error belongs to the running one: see uncaught-errors.mjs.
 */
import asyncHooks from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'

const inert = { enable: () => inert, disable: () => inert }
asyncHooks.createHook = () => inert
syncBuiltinESMExports()
