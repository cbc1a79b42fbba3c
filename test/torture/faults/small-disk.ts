import { execFileSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'

/** The reason this machine cannot mount a tmpfs; undefined if it can. */
export function mountsUnavailable(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs needs Linux'
  if (process.getuid?.() !== 0) return 'only root can mount a tmpfs'
  try {
    // Tries it in a temporary mount namespace: a container may forbid mounts even to root.
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/tmp'], { stdio: 'pipe' })
    return undefined
  } catch {
    return 'tmpfs cannot be mounted here'
  }
}

const ROOMY_BYTES = 4 * 2 ** 30
const STEP_BYTES = 256 * 2 ** 10
const MAX_STEPS = 20

/** A tmpfs with adjustable free space. Memory is used only for written data. */
export class SmallDisk {
  readonly #folder: string

  /** @param folder a new folder */
  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY_BYTES},mode=700`, 'none', folder])
  }

  /** Leaves `bytes` free, rounded up to a page. Concurrent writes may already use some of them. */
  leave(bytes: number): void {
    for (let more = bytes; ; more += STEP_BYTES) {
      const { blocks, bfree, bsize } = statfsSync(this.#folder)
      try {
        this.#resize(Math.max((blocks - bfree) * bsize + more, bsize)) // 0 would mean no limit
        return
      } catch (error) {
        if (more > bytes + MAX_STEPS * STEP_BYTES) throw error // else more space has been used meanwhile
      }
    }
  }

  /** Restores the original size. */
  free(): void {
    this.#resize(ROOMY_BYTES)
  }

  /** Unmounts the disk, even while files are open, discarding its content. */
  unmount(): void {
    execFileSync('umount', ['--lazy', this.#folder])
  }

  #resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.#folder], { stdio: 'pipe' })
  }
}
