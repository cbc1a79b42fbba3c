import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

const LOOK_MS = 500
const RETRY_MS = 10_000

export interface CatchUpOptions {
  /**
   * Does one short step.
   * @param isBusy whether orders are being placed
   * @returns the pause before the next step in milliseconds; undefined if nothing is left
   */
  step(isBusy: boolean): Promise<number | undefined>
  /** Logged when a step fails: the next follows in ten seconds. */
  failure: string
}

/**
 * Runs the steps of work that follows the log, from the start of `app` until it closes.
 * @returns a function that announces events, which are looked for within half a second
 */
export function catchUp(app: FastifyInstance, { step, failure }: CatchUpOptions): () => void {
  const closing = new AbortController()
  const { signal } = closing
  const pause = (ms: number) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  /** Whether there may be events since the last step. */
  let isNews = false

  async function work(): Promise<void> {
    let rest: number | undefined = 0
    while (!signal.aborted)
      try {
        const isBusy = isNews
        isNews = false
        if (isBusy || rest !== undefined) rest = await step(isBusy)
        await pause(rest ?? LOOK_MS)
      } catch (err) {
        rest = 0
        app.log.error({ err }, failure)
        await pause(RETRY_MS)
      }
  }

  let working: Promise<void> = Promise.resolve()
  app.addHook('onReady', async () => {
    working = work()
  })
  app.addHook('onClose', async () => {
    closing.abort()
    await working
  })
  return () => {
    isNews = true
  }
}
