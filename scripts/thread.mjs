// Starts a thread from its TypeScript source, as in development. A build has a script for each thread instead.
import { workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
await import(workerData.source)
