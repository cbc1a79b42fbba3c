/**
 * Ends this process with SIGTERM when its parent npm is terminated. npm runs scripts through a shell: some shells
 * exec the last command, others die of npm's SIGTERM without forwarding it, and the process would live on as an
 * orphan with its port in use. Losing the parent under npm therefore means shutdown.
 */
const LOOK_EVERY_MS = 250

if (process.env.npm_lifecycle_event) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  watch.unref()
}
