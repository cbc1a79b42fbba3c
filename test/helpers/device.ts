import type { App } from '../../src/app.js'
import { ada, credentials, post } from './ada.js'

export const wrong = { ...credentials, password: 'incorrect horse' }
export const grace = { ...ada, name: 'Grace', email: 'grace@shop.test' }

/** Returns headers with a device cookie. */
export const withDevice = (value = '') => ({ cookie: `device_token=${value}` })

/** Signs in. @returns the status, and headers with the device cookie of the answer */
export async function signInAs(app: App, body: object = credentials, headers: Record<string, string> = {}) {
  const { statusCode, cookies } = await post(app, '/auth/login', body, headers)
  const device = cookies.find(({ name }) => name === 'device_token')?.value
  return { status: statusCode, device, headers: withDevice(device) }
}

/** Guesses five times, with the headers of a device or as a stranger. @returns the statuses */
export async function guessFive(app: App, body: object = wrong, headers: Record<string, string> = {}) {
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) statuses.push((await post(app, '/auth/login', body, headers)).statusCode)
  return statuses
}
