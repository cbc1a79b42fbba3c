import { readFileSync } from 'node:fs'

/** Limits of connections. Times are in milliseconds. */
export interface ConnectionLimits {
  /** Maximum open connections. */
  total: number
  /** Maximum open connections per address (per /64 in IPv6); 0 for no limit. */
  perAddress: number
  /**
   * Time to receive a request, headers and body, plus one second per `RECEIVE_RATE` bytes; and to receive the rest of one
   * that is already answered.
   */
  requestMs: number
  /** Time for a client to read its response, plus one second per `SEND_RATE` bytes read. */
  sendMs: number
  /** Keep-alive time between two requests. */
  idleMs: number
}

/** Minimum average bytes per second from a client past `requestMs` (like MinRate in Apache's mod_reqtimeout). */
export const RECEIVE_RATE = 16 * 1024
/** Minimum average bytes per second a client must read past `sendMs`. */
export const SEND_RATE = 2 * 1024

/** Time to receive a request's headers, which usually fit one packet. */
export const HEADERS_MS = 15_000

/** File descriptors reserved for everything else: the database, files, the log. */
const RESERVED_DESCRIPTORS = 256

/** Returns the soft limit of open files; infinite where /proc is not available. */
function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft ? Number(soft) : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/**
 * Caps `total` by the limit of open files: past that limit even the database cannot be opened. Read at start, after Node
 * has raised the soft limit to the hard one.
 */
export const withinDescriptors = (total: number): number =>
  Math.min(total, Math.max(descriptorLimit() - RESERVED_DESCRIPTORS, 1))
