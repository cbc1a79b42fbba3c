/** How long an access token is good for, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60
/** How long a session lasts after its sign-in, however often it is refreshed, in seconds. */
export const SESSION_SECONDS = 30 * 24 * 60 * 60
