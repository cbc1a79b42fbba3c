import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

export interface Certificate {
  cert: string
  key: string
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
const KEY = ['-newkey', 'rsa:2048', '-nodes']

/**
 * Creates a certificate authority in a temporary folder. @returns the path of its certificate and a function to issue
 * others
 */
export function createAuthority(t: Test) {
  const dir = mkdtempSync(join(tmpdir(), 'certificates-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const at = (name: string) => join(dir, name)
  const ca = at('ca.pem')
  openssl('req', '-x509', ...KEY, '-keyout', at('ca.key'), '-out', ca, '-subj', '/CN=authority', '-days', '2')
  return {
    dir,
    ca,
    /**
     * Issues a certificate for `host`, such as `DNS:shop.test` or `IP:127.0.0.1`.
     * @param days how long it is valid; a negative number for one that has expired
     */
    issue(name: string, host: string, days = 2): Certificate {
      const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((kind) =>
        at(`${name}.${kind}`),
      )
      if (!cert || !key || !request || !extensions) throw new Error('file paths are missing')
      writeFileSync(extensions, `subjectAltName=${host}`)
      openssl('req', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`)
      const by = [
        '-CA',
        ca,
        '-CAkey',
        at('ca.key'),
        '-CAcreateserial',
        '-days',
        String(days),
        '-extfile',
        extensions,
      ]
      openssl('x509', '-req', '-in', request, '-out', cert, ...by)
      return { cert, key }
    },
  }
}
