import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import type { App } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { ada, login, post, withAda } from './ada.js'
import { noRateLimits } from './app.js'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function bytesOf(base32: string): Buffer {
  const bits = [...base32].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** Computes the code of an authenticator app (RFC 4226, 5.3), independently of the program's library. */
export function codeOf(secret: string, at = Date.now()): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** A code of no app within the next minutes. */
export function wrongCodeOf(secret: string): string {
  const now = Date.now()
  const near = new Set([-2, -1, 0, 1, 2, 3, 4].map((steps) => codeOf(secret, now + steps * 30_000)))
  let code = 0
  while (near.has(String(code).padStart(6, '0'))) code++
  return String(code).padStart(6, '0')
}

/** Makes the current code valid again, so a test need not wait for the next. */
export const renewCode = (app: App) => app.db.write((tx) => tx.totp.updateMany({ data: { lastStep: 0 } }))

/** Turns codes on for the user of `bearer`. @returns the secret and the recovery codes */
export async function turnTotpOn(app: App, bearer: Record<string, string>, password = ada.password) {
  const { secret } = (await post(app, '/auth/mfa/totp', { password }, bearer)).json()
  const answer = await post(app, '/auth/mfa/totp/confirm', { code: codeOf(secret) }, bearer)
  return { secret: String(secret), recoveryCodes: answer.json().recoveryCodes as string[] }
}

/** Builds an application in which Ada is signed in, and has codes of an authenticator app. */
export async function withTotp(t: Test, changes: Partial<Config> = noRateLimits) {
  const { app, bearer } = await withAda(t, changes)
  const { secret, recoveryCodes } = await turnTotpOn(app, bearer)
  /** Begins a sign-in. @returns the token of its second step */
  const begin = async () => String((await login(app)).answer.json().mfaToken)
  const code = async () => {
    await renewCode(app)
    return codeOf(secret)
  }
  return { app, bearer, secret, recoveryCodes, begin, code }
}
