import { readFileSync } from 'node:fs'

/** What a connection may take. Times are in milliseconds. */
export interface ConnectionLimits {
  /** Open connections at most. */
  total: number
  /** Open connections of one address at most (of one /64, in IPv6); 0 for no limit. */
  perAddress: number
  /** For a request to arrive, headers and body; a large body has a second more for each `RECEIVE_RATE` bytes. */
  requestMs: number
  /** For a client to read anything at all of what it is sent; it has a second more for each `SEND_RATE` bytes. */
  sendMs: number
  /** Between two requests. */
  idleMs: number
}

/** Bytes a second that a client must send on average, past `requestMs` (as MinRate in Apache's mod_reqtimeout). */
export const RECEIVE_RATE = 16 * 1024
/** Bytes a second that a client must read on average, past `sendMs`. */
export const SEND_RATE = 2 * 1024

/** For a request's headers to arrive; they come in one packet, as a rule. */
export const HEADERS_MS = 15_000

/** File descriptors that are left to everything other than connections: the database, files, the log. */
const RESERVED_DESCRIPTORS = 256

/** How many files the system lets this process have open; infinite where it does not say. */
function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft ? Number(soft) : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/**
 * Lowers `total` to what the limit of open files allows: past it nothing can be opened at all, a database included.
 * Read at start, when Node has raised the limit to what the system permits.
 */
export const withinDescriptors = (total: number): number =>
  Math.min(total, Math.max(descriptorLimit() - RESERVED_DESCRIPTORS, 1))
