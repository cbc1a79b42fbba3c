import type { Host, Sighting } from './host.js'

export type Seen = readonly [Host, Sighting]

/** The server to use, or the reason against each server. */
export interface Choice {
  host?: Host
  reasons: string[]
}

/**
 * Chooses the server to write to. The one in use stays as long as it takes writes. Several members of a cluster may
 * report as much: any node of Galera takes writes, and a primary replaced by its group during a hang reports it until
 * it learns of its successor, but cannot commit. Several writable servers without a cluster diverge, so none of them is
 * chosen.
 */
export function choose(seen: readonly Seen[], current: Host | undefined): Choice {
  const writable = seen.filter(([, sighting]) => sighting.refuses === undefined)
  const reasons = seen.flatMap(([host, { refuses }]) => (refuses ? [`${host.name}: ${refuses}`] : []))
  const isCluster = writable.every(([, { isMember }]) => isMember)
  if (writable.length > 1 && !isCluster) {
    const names = writable.map(([host]) => host.name).join(' and ')
    return { reasons: [`${names} both take writes, but only one may`] }
  }
  const [host] = writable.find(([host]) => host === current) ?? writable[0] ?? []
  return host ? { host, reasons } : { reasons }
}
