import { loadConfig } from '../config.js'
import { verifyShop } from '../verify/verify-shop.js'
import { attempt } from './attempt.js'

/** Checks the data of the configured database, and prints each verdict when it is known. */
export const verify = () =>
  attempt('The shop was not verified', async () => {
    let faults = 0
    for await (const { subject, faults: found } of verifyShop(loadConfig(process.env).databaseUrl)) {
      faults += found.length
      console.log(`${found.length === 0 ? 'ok     ' : 'FAULTY '} ${subject}`)
      for (const fault of found) console.log(`        ${fault}`)
    }
    if (faults === 0) return
    console.error('The data does not agree: docs/runbook.md, "Symptoms", says what to do.')
    process.exitCode = 1
  })
