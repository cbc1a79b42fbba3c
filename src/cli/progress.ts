import { Presets, SingleBar } from 'cli-progress'

/** A progress bar on standard error, shown at a terminal only. */
export interface Progress {
  /** @param doing the present step */
  show(done: number, total: number, doing: string): void
  end(): void
}

/** Creates a bar, which appears with the first call of `show`. */
export function createProgress(): Progress {
  const bar = new SingleBar(
    // Its own signal handler would swallow the first signal, and the work would continue.
    { format: '{bar} {percentage}% {doing}, {eta_formatted} left', gracefulExit: false },
    Presets.shades_classic,
  )
  let isStarted = false
  return {
    show(done, total, doing) {
      if (!isStarted) bar.start(total, done, { doing })
      isStarted = true
      bar.update(done, { doing })
    },
    end() {
      if (isStarted) bar.stop()
    },
  }
}
