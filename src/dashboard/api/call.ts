import { renewed } from '../session/session'
import { mayPass, Refused, surelyNotDone } from './failures'
import { type Patience, persist } from './patience'
import { type Answer, type Method, type RequestOptions, request } from './request'

interface CallOptions extends RequestOptions, Patience {
  /** Whether it does no harm to ask twice. */
  repeatable?: boolean
}

/** Asks once, and once more with a new access token where the old one was not good. */
async function ask<T>(method: Method, path: string, options: CallOptions): Promise<Answer<T>> {
  try {
    return await request(method, path, options)
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 401) throw error
    await renewed()
    return request(method, path, options)
  }
}

/**
 * Asks the server, and again by itself where that is safe and may help. A session that has ended is renewed, by
 * signing in if need be, and then the request goes on.
 * @throws Refused, Unreachable, SignedOut, or the reason of `signal`
 */
export const call = <T>(method: Method, path: string, options: CallOptions = {}): Promise<Answer<T>> =>
  persist(
    () => ask<T>(method, path, options),
    (options.repeatable ?? method === 'GET') ? mayPass : surelyNotDone,
    options,
  )
