import { ConfigError } from '../config/fault.js'
import { settingsInForce } from '../config/in-force.js'
import { readSettings } from '../config/read-settings.js'
import { attempt } from './attempt.js'
import { tableOf } from './table.js'

/** Prints the settings in force. Invalid ones are printed too, and then named. */
export const printConfig = ({ json, changed }: { json?: boolean; changed?: boolean }) =>
  attempt('The settings are not in force', async () => {
    const read = readSettings(process.env)
    const rows = settingsInForce(read).filter(({ source }) => !changed || source !== 'default')
    if (json) console.log(JSON.stringify(rows, undefined, 2))
    else console.log(tableOf([['SETTING', 'VALUE', 'FROM'], ...rows.map((row) => Object.values(row))]))
    for (const warning of read.warnings) console.error(`Warning: ${warning}.`)
    if (read.faults.length > 0) throw new ConfigError(read.faults)
  })
