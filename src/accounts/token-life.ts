/** How long an access token is good for, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60
/** How long a session lasts after its sign-in, however often it is refreshed, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60
/** Live sessions that a user has at most. One more ends the one that was used longest ago. */
export const MOST_SESSIONS = 100
/**
 * Times that a session is refreshed at most: it bounds the tokens that are kept of it, all of which are needed to
 * recognise a stolen one. A client that refreshes every quarter of an hour for 30 days does so 2,880 times.
 */
export const MOST_REFRESHES = 10_000
