// What `npm run dev` runs again at every change: the server from its sources, with logs for people.
process.env.LOG_PRETTY ??= 'true'
await import('../src/server.js')
