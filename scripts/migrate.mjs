// Runs `npm run db:migrate`: migrates the configured database and prints the applied migrations.
process.argv.push('--build')
await import('./setup.mjs')
const { loadConfig } = await import('../dist/config.js')
const { migrate } = await import('../dist/database.js')

try {
  const { databaseUrl } = loadConfig(process.env)
  const applied = await migrate(databaseUrl)
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.')
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
