import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** Encodes the few kinds of CBOR (RFC 8949) sent by an authenticator. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number) =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255])
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  const items = [...value].flatMap(([key, item]) => [cbor(key), cbor(item as Buffer)])
  return Buffer.concat([head(5, value.size), ...items])
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()

/** Flags of the authenticator data (WebAuthn Level 3, 6.1). */
const [PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, HAS_CREDENTIAL] = [0x01, 0x04, 0x08, 0x10, 0x40]

/** What an authenticator or a browser may do differently from an honest one. */
export interface Forgery {
  origin?: string
  challenge?: string
  rpId?: string
  type?: string
  /** Without verifying its user. */
  unverified?: boolean
  counter?: number
  userHandle?: string
  /** Signs with another key. */
  key?: KeyObject
  format?: string
}

/** A software authenticator with one passkey (ES256), and the browser before it. */
export function createAuthenticator(origin = 'http://localhost', rpId = 'localhost') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0
  let userHandle = ''

  const clientData = (type: string, challenge: string, forged: Forgery) =>
    Buffer.from(
      JSON.stringify({
        type: forged.type ?? type,
        challenge: forged.challenge ?? challenge,
        origin: forged.origin ?? origin,
        crossOrigin: false,
      }),
    )

  const authenticatorData = (forged: Forgery, credential?: Buffer) => {
    const flags =
      PRESENT |
      (forged.unverified ? 0 : VERIFIED) |
      BACKUP_ELIGIBLE |
      BACKED_UP |
      (credential ? HAS_CREDENTIAL : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(forged.counter ?? counter)
    const parts = [sha256(forged.rpId ?? rpId), Buffer.from([flags]), count]
    return Buffer.concat(credential ? [...parts, credential] : parts)
  }

  const coseKey = () => {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const members: [number, number | Buffer][] = [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]
    return cbor(new Map(members))
  }

  const credential = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key' as const,
    clientExtensionResults: {},
  }

  return {
    id: credential.id,

    /** Creates the passkey, as `navigator.credentials.create()` does. */
    create(options: { challenge: string; user: { id: string } }, forged: Forgery = {}) {
      userHandle = options.user.id
      const idLength = Buffer.from([0, id.length])
      const attested = Buffer.concat([Buffer.alloc(16), idLength, id, coseKey()])
      const attestation = new Map<string, unknown>([
        ['fmt', forged.format ?? 'none'],
        ['attStmt', new Map()],
        ['authData', authenticatorData(forged, attested)],
      ])
      return {
        ...credential,
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, forged).toString('base64url'),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: ['internal', 'hybrid'],
        },
      }
    },

    /** Signs a challenge, as `navigator.credentials.get()` does. */
    get(options: { challenge: string }, forged: Forgery = {}) {
      counter++
      const client = clientData('webauthn.get', options.challenge, forged)
      const data = authenticatorData(forged)
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(forged.key ?? privateKey)
      return {
        ...credential,
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
          userHandle: forged.userHandle ?? userHandle,
        },
      }
    },
  }
}
