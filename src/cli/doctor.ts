import { examine as examineShop } from '../doctor/examine.js'
import type { Finding } from '../doctor/finding.js'
import { attempt } from './attempt.js'

const MARKS: Record<Finding['state'], string> = { ok: 'ok     ', warning: 'WARNING', fault: 'FAULT  ' }

const lineOf = ({ topic, state, message, cure }: Finding) => {
  const line = `${MARKS[state]}  ${topic}: ${message}`
  return cure ? `${line}\n         ${cure}` : line
}

/** Prints the findings about this installation, problems with their cures. Exits with 1 if there is a fault. */
export const examine = ({ url, json }: { url?: string; json?: boolean }) =>
  attempt('The examination broke off', async () => {
    const found: Finding[] = []
    for await (const finding of examineShop(process.env, url?.replace(/\/+$/, ''))) {
      found.push(finding)
      if (!json) console.log(lineOf(finding))
    }
    if (json) console.log(JSON.stringify(found, undefined, 2))
    const count = (state: Finding['state']) => found.filter((finding) => finding.state === state).length
    const counted = (state: Finding['state']) => `${count(state)} ${state}${count(state) === 1 ? '' : 's'}`
    if (!json) console.log(`\n${counted('fault')}, ${counted('warning')}.`)
    if (count('fault') > 0) process.exitCode = 1
  })
