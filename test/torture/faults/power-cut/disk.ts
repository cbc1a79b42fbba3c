import { copyFileSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Random } from '../../random.js'
import { Folders } from './folders.js'
import type { Entry } from './journal.js'
import { type Change, StoredFile } from './stored-file.js'
import { drawSurvival, everything } from './survival.js'

interface Node {
  mode: number
  /** Absent for a folder. */
  file?: StoredFile
  isMapped?: boolean
}

interface Sync {
  inode: bigint
  /** The number of changes to the file before the sync. */
  changes: number
  names: Folders<Node>['pending']
}

const S_IFMT = 0o170000
const S_IFDIR = 0o040000
const PERMISSIONS = 0o7777
/** The initial size of SQLite's -shm file. */
const INDEX_BYTES = 32_768

/**
 * The simulated disk behind a folder, driven by the journal of native/write-journal.c. Synced data is durable; random parts of
 * the rest survive a power cut. O_SYNC and sync(2) are not supported: data they would keep may be lost.
 */
export class Disk {
  readonly #root: string
  readonly #scratch: string
  readonly #inodes = new Map<bigint, Node>()
  readonly #syncs = new Map<bigint, Sync>()
  readonly #names: Folders<Node>
  #files = 0

  /**
   * Treats the current content of the folder `root` as synced.
   * @param scratch an existing, empty folder, for copies of the files
   */
  constructor(root: string, scratch: string) {
    this.#root = root
    this.#scratch = scratch
    const names = new Map<string, Node>()
    for (const name of ['', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]) {
      const path = join(root, name)
      const { ino, mode } = lstatSync(path, { bigint: true })
      const node = this.#make(ino, Number(mode), path)
      names.set(path, node)
    }
    this.#names = new Folders(names)
  }

  #make(inode: bigint, mode: number, content?: string): Node {
    const node: Node = { mode }
    if ((mode & S_IFMT) !== S_IFDIR) {
      const copy = join(this.#scratch, String(this.#files++))
      if (content !== undefined) copyFileSync(content, copy)
      node.file = new StoredFile(copy)
    }
    // Overwrites any deleted inode, since inode numbers are reused.
    this.#inodes.set(inode, node)
    return node
  }

  #change(inode: bigint, change: Change): void {
    this.#inodes.get(inode)?.file?.change(change)
  }

  /** Applies an entry of the journal. */
  apply(entry: Entry): void {
    switch (entry.kind) {
      case 'create':
        return this.#names.add(entry.path, this.#make(entry.inode, entry.mode))
      case 'write':
      case 'truncate':
        return this.#change(entry.inode, entry)
      case 'syncing': {
        const { sync, inode } = entry
        const changes = this.#inodes.get(inode)?.file?.changes ?? 0
        this.#syncs.set(sync, { inode, changes, names: this.#names.pending })
        return
      }
      case 'synced':
        return this.#end(entry.sync)
      case 'rename':
        return this.#names.rename(entry.path, entry.to)
      case 'link':
        return this.#names.link(entry.path, entry.to)
      case 'unlink':
        return this.#names.remove(entry.path)
      case 'mapped': {
        const node = this.#inodes.get(entry.inode)
        if (node) node.isMapped = true
      }
    }
  }

  #end(which: bigint): void {
    const sync = this.#syncs.get(which)
    const node = sync && this.#inodes.get(sync.inode)
    if (!node) return
    this.#syncs.delete(which)
    if (node.file) node.file.persist(sync.changes)
    else this.#names.persist(node, sync.names)
  }

  /**
   * Writes the result of a power cut at this moment to `into`, an empty or new folder. Each call draws another result and
   * leaves the disk unchanged.
   * @param random undefined to keep all written data, synced or not
   * @throws Error for a memory-mapped file other than SQLite's -shm
   */
  cut(random: Random | undefined, into: string): void {
    const names = this.#names.survivors(random)
    const made = new Set([dirname(this.#root)])
    for (const [path, node] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!made.has(dirname(path))) continue // its folder is lost
      made.add(path)
      const target = join(into, relative(this.#root, path))
      if (!node.file) mkdirSync(target, { mode: node.mode & PERMISSIONS, recursive: true })
      else if (node.isMapped) this.#cutMapped(path, target, random)
      else
        node.file.copyTo(target, node.mode & PERMISSIONS, (count) =>
          random ? drawSurvival(random, count) : everything(count),
        )
    }
  }

  /** `-shm` is never synced (https://www.sqlite.org/walformat.html): it may be gone, or hold anything. */
  #cutMapped(path: string, target: string, random: Random | undefined): void {
    if (!path.endsWith('-shm')) throw new Error(`${path} is memory-mapped: writes to it cannot be recorded`)
    if (random?.chance(0.5))
      writeFileSync(
        target,
        Uint8Array.from({ length: INDEX_BYTES }, () => random.integer(0, 255)),
      )
  }
}
