import { probeMailServer } from '../mail/probe.js'
import { type Finding, findingsOf, reasonOf } from './finding.js'

const { ok, fault } = findingsOf('mail')

/** Examines whether the mail server takes connections and the account of MAIL_URL. Sends nothing. */
export async function examineMail(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) return []
  const { host } = new URL(url)
  try {
    await probeMailServer(url)
    return [ok(`the mail server ${host} lets Stockroom in`)]
  } catch (error) {
    const isRefused = (error as { code?: string }).code === 'EAUTH'
    return [
      fault(
        isRefused
          ? `the mail server ${host} refuses the account: ${reasonOf(error)}`
          : `the mail server ${host} cannot be used: ${reasonOf(error)}`,
        isRefused
          ? 'Correct the user and the password in MAIL_URL, percent-encoded.'
          : 'Correct host and port in MAIL_URL (smtps:// for TLS from the start, usually port 465), and see that a firewall lets them pass.',
      ),
    ]
  }
}
