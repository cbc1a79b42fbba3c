// Runs `npm run dev`: prepares the checkout, then restarts scripts/dev.ts on every change. The watcher runs in this
// same process and forwards signals to the server.
import './end-with-npm.mjs'

process.argv.push('--dashboard')
await import('./setup.mjs')
process.argv.splice(2, process.argv.length, 'watch', 'scripts/dev.ts')
await import('tsx/cli')
