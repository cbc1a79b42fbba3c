interface Admin {
  email: string
  password: string
}

/** Facts shown in the banner. */
export interface Started {
  /** URL of the server. */
  address: string
  /** Version of Node. */
  node: string
  production: boolean
  /** Whether any admin exists. */
  hasAdmin: boolean
  /** The admin created by this start. */
  firstAdmin: Admin | undefined
}

/** Earlier releases are past their end of life (https://github.com/nodejs/release#release-schedule). */
const OLDEST_MAINTAINED_NODE = 22

/** Returns the address to open in a browser: on the loopback interface, the name that links in mails have too. */
function pageAddress(address: string): string {
  const { hostname, port } = new URL(address)
  return hostname === '127.0.0.1' ? new URL(`http://localhost:${port}`).origin : address
}

/** Formats the credentials of `admin`; the password is stored nowhere else. */
const credentialLines = ({ email, password }: Admin) => [
  'The first admin, shown this once:',
  `  email     ${email}`,
  `  password  ${password}`,
]

const block = (lines: string[]) => `\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n\n`

/** Formats the credentials of an admin created by a start that failed later. */
export const firstAdminNote = (admin: Admin): string => block(credentialLines(admin))

/** Formats the message printed after a start. */
export function banner({ address, node, production, hasAdmin, firstAdmin }: Started): string {
  const pages = production ? address : pageAddress(address)
  const lines = [
    `Stockroom is at ${address}`,
    '',
    `  dashboard  ${pages}/admin`,
    `  API        ${pages}/docs`,
  ]
  if (pages !== address)
    lines.push(
      '',
      `In a browser, use ${pages} throughout: it has no passkeys for ${address}, and keeps the cookies of the two apart.`,
    )
  if (production)
    lines.push('', 'Browsers keep sign-in cookies over HTTPS only: put a proxy with TLS in front.')
  if (Number.parseInt(node, 10) < OLDEST_MAINTAINED_NODE)
    lines.push('', `Node ${node} is past its end of life and gets no security fixes: use Node 24.`)
  if (firstAdmin) lines.push('', ...credentialLines(firstAdmin))
  else if (!hasAdmin)
    lines.push('', 'There is no admin yet: set ADMIN_EMAIL and ADMIN_PASSWORD, and start again.')
  return block(lines)
}
