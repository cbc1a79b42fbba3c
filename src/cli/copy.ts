import { copyShop } from '../copy/copy.js'
import { attempt } from './attempt.js'
import { createProgress } from './progress.js'

/** Copies a shop from one database into another. */
export const copyDatabase = ({ from, to }: { from: string; to: string }) =>
  attempt('The shop was not copied', async () => {
    if (from === to) throw new Error('--from and --to name the same database')
    const progress = createProgress()
    const start = performance.now()
    const { rows, faults } = await copyShop({
      from,
      to,
      onProgress: progress.show,
      onWait: (error) => console.error(`Waiting for the server: ${(error as Error).message}`),
    }).finally(progress.end)
    const seconds = (performance.now() - start) / 1000
    const all = Object.values(rows).reduce((sum, count) => sum + count, 0)
    for (const [table, count] of Object.entries(rows))
      console.log(`${table.padEnd(20)}${String(count).padStart(12)}`)
    console.log(
      `${all} rows copied and compared in ${seconds.toFixed(1)} s: ${Math.round(all / seconds)} a second.`,
    )
    if (faults.length > 0) console.log(`The books do not balance, here as there: ${faults.join('; ')}.`)
    console.log(
      'Start the server with the new DATABASE_URL, and with the JWT_SECRET that it had, or that data/jwt-secret holds.',
    )
  })
