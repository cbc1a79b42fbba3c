// Runs `npm start`: builds changed parts, then serves in this same process, where signals reach the server.
process.argv.push('--build')
await import('./setup.mjs')
await import('./end-with-npm.mjs')
await import('../dist/server.js')
