// What `npm start` runs: build what changed, then serve in this same process, so that signals reach the server.
process.argv.push('--build')
await import('./setup.mjs')

// Between npm and this process stands a shell that, where it is dash, dies of npm's SIGTERM without passing it on: a server
// that nobody can find would keep the port. Whoever lost its parent under npm was told to end.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}
await import('../dist/server.js')
