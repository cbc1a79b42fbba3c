// Run by `npm run dev` on every change: the server from its sources, with human-readable logs.
import './end-with-npm.mjs'

process.env.LOG_PRETTY ??= 'true'
await import('../src/server.js')
