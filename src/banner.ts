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

/** Returns the alternative loopback origin, for which browsers keep separate cookies, if there is one. */
function otherName(address: string): string | undefined {
  const url = new URL(address)
  if (url.hostname === '127.0.0.1') return new URL(`http://localhost:${url.port}`).origin
  if (url.hostname === 'localhost') return new URL(`http://127.0.0.1:${url.port}`).origin
  return undefined
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
  const lines = [
    `Stockroom is at ${address}`,
    '',
    `  dashboard  ${address}/admin`,
    `  API        ${address}/docs`,
  ]
  const other = otherName(address)
  if (other && !production)
    lines.push(
      '',
      `${other} works too, but browsers keep the cookies of the two apart: use one of them throughout.`,
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
