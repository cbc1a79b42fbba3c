interface Admin {
  email: string
  password: string
}

/** What the banner tells of the server that has started. */
export interface Started {
  /** Its URL. */
  address: string
  /** The version of Node that runs it. */
  node: string
  production: boolean
  /** Whether there is any admin. */
  hasAdmin: boolean
  /** The admin that this start made. */
  firstAdmin: Admin | undefined
}

/** Earlier releases get no security fixes any more (https://github.com/nodejs/release#release-schedule). */
const OLDEST_MAINTAINED_NODE = 22

/** The same server by its other name, where it has two that browsers keep cookies apart for. */
function otherName(address: string): string | undefined {
  const url = new URL(address)
  if (url.hostname === '127.0.0.1') return new URL(`http://localhost:${url.port}`).origin
  if (url.hostname === 'localhost') return new URL(`http://127.0.0.1:${url.port}`).origin
  return undefined
}

/** The lines that show `admin`, whose password is kept nowhere else. */
const credentialLines = ({ email, password }: Admin) => [
  'The first admin, shown this once:',
  `  email     ${email}`,
  `  password  ${password}`,
]

const block = (lines: string[]) => `\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n\n`

/** What a person needs to know of the admin that a start made before it failed. */
export const firstAdminNote = (admin: Admin): string => block(credentialLines(admin))

/** What a person needs to know who started the server just now. */
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
