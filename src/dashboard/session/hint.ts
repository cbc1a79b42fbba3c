/** Set from a sign-in until the session ends: whether it still exists, only the server knows. */
const STORAGE_KEY = 'stockroom-signed-in'

/**
 * Whether to ask the server for a session: if this browser has signed in here, or the address names a place, as bookmarks
 * and links do. Others get the sign-in without a round trip, whose refusal browsers would log as an error.
 */
export const mayBeSignedIn = (): boolean => location.hash !== '' || localStorage.getItem(STORAGE_KEY) !== null

/** Notes for the next start whether there is a session. */
export const noteSignedIn = (isSignedIn: boolean): void =>
  isSignedIn ? localStorage.setItem(STORAGE_KEY, 'yes') : localStorage.removeItem(STORAGE_KEY)
