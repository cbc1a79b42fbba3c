import { dirname } from 'node:path'
import type { Random } from '../../random.js'

type Names<Node> = Map<string, Node>

interface NameChange<Node> {
  /** The folder whose sync makes the change durable. */
  folder: string
  apply(names: Names<Node>): void
}

/**
 * The names on a disk. A name becomes durable when its folder is synced: fsync(2) on the file itself does not guarantee that
 * its directory entry is on disk.
 */
export class Folders<Node> {
  readonly #durable: Names<Node>
  /** The names as programs see them. */
  readonly #visible: Names<Node>
  #changes: NameChange<Node>[] = []

  constructor(names: Names<Node>) {
    this.#durable = new Map(names)
    this.#visible = new Map(names)
  }

  #do(path: string, apply: (names: Names<Node>) => void): void {
    apply(this.#visible)
    this.#changes.push({ folder: dirname(path), apply })
  }

  add(path: string, node: Node): void {
    this.#do(path, (names) => names.set(path, node))
  }

  link(from: string, to: string): void {
    const node = this.#visible.get(from)
    if (node) this.add(to, node)
  }

  remove(path: string): void {
    const node = this.#visible.get(path)
    this.#do(path, (names) => names.get(path) === node && names.delete(path))
  }

  /** Both names change at once, or neither does. */
  rename(from: string, to: string): void {
    const node = this.#visible.get(from)
    if (!node) return
    this.#do(to, (names) => {
      if (names.get(from) === node) names.delete(from)
      names.set(to, node)
    })
  }

  /** The changes that are not yet durable. */
  get pending(): readonly NameChange<Node>[] {
    return [...this.#changes]
  }

  /** Completes a sync of the folder `node`, which began when `pending` was read. */
  persist(node: Node, pending: readonly NameChange<Node>[]): void {
    const [folder] = [...this.#visible].find(([, visible]) => visible === node) ?? []
    const persisted = new Set(pending.filter((change) => change.folder === folder))
    for (const change of this.#changes) if (persisted.has(change)) change.apply(this.#durable)
    this.#changes = this.#changes.filter((change) => !persisted.has(change))
  }

  /** Draws the names after a power cut: a prefix of the changes, as on a journaling file system, or any of them. */
  survivors(random: Random | undefined): Names<Node> {
    const names = new Map(this.#durable)
    const first = random?.integer(0, this.#changes.length) ?? this.#changes.length
    const inOrder = random?.chance(0.5) ?? true
    for (const [n, change] of this.#changes.entries())
      if (inOrder ? n < first : random?.chance(0.5)) change.apply(names)
    return names
  }
}
