/** Time to take a change back. Until then nothing is sent: a reverted change would have been seen by others. */
export const UNDO_SECONDS = 10

interface HeldChange {
  /** Called each second with the seconds left. */
  onTick(left: number): void
  send(): Promise<void>
  /** Called when it was taken back. */
  onUndone(): void
  /** Sends it by a request that outlives the page. */
  sendAndLeave(): void
}

/** A change held back for a while, in which it can be taken back. */
export interface Held {
  /** Sends it, unless it was taken back. @returns when it has been sent, also if it was under way */
  sendNow(): Promise<void>
  /** Takes it back, unless it was sent. */
  undo(): void
}

const all = new Set<Held & { leave(): void }>()

/** Holds a change back for ten seconds, or until the page is left. */
export function hold(change: HeldChange): Held {
  let left = UNDO_SECONDS
  let sent: Promise<void> | undefined
  const take = () => {
    clearInterval(timer)
    return all.delete(held)
  }
  const held = {
    async sendNow() {
      if (take()) sent = change.send()
      await sent
    },
    undo() {
      if (take()) change.onUndone()
    },
    leave() {
      if (take()) change.sendAndLeave()
    },
  }
  const timer = setInterval(() => {
    left--
    change.onTick(left)
    if (left <= 0) void held.sendNow()
  }, 1_000)
  all.add(held)
  return held
}

/** Cancels the most recently held change. */
export const undoLast = (): void => [...all].at(-1)?.undo()

/** Sends every held change, as before the session ends. */
export async function sendAllHeld(): Promise<void> {
  await Promise.all([...all].map((held) => held.sendNow()))
}

addEventListener('pagehide', () => {
  for (const held of all) held.leave()
})
