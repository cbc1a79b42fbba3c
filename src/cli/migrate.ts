import { loadConfig } from '../config.js'
import { migrate } from '../db/open.js'
import { attempt } from './attempt.js'

/** Migrates the configured database, and prints the applied migrations. */
export const migrateShop = () =>
  attempt('The database was not migrated', async () => {
    const { databaseUrl, databaseWait: patience } = loadConfig(process.env)
    const onWait = (error: unknown) => console.error(`Waiting for the server: ${(error as Error).message}`)
    const applied = await migrate(databaseUrl, { patience, onWait })
    console.log(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.')
  })
