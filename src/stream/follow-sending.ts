import type { AnyEvent } from '../contract/events.js'

/**
 * Called before events are sent to clients.
 * @returns a function called after it, with the number of events sent, multiplied by their recipients
 */
export type FollowSending = (events: readonly AnyEvent[]) => (sent: number) => void
