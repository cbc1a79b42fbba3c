import { computed, type ReadonlySignal, signal } from '@preact/signals'

export const views = ['orders', 'inventory', 'pulse', 'people', 'webhooks', 'audit', 'account'] as const
export type ViewName = (typeof views)[number]

/** Location within the dashboard: #/view/id/action?query. */
export interface Route {
  view: ViewName
  id: string | undefined
  action: string | undefined
  query: URLSearchParams
  /** Whether the address names no page. */
  isMalformed: boolean
}

const hash = signal(location.hash)
export const currentAddress: ReadonlySignal<string> = hash

/** Kept with each entry of the history: the list under it, and the number of steps back to it. */
interface EntryState {
  list: string
  steps: number
}

let entry: EntryState | null = history.state

/** The address of the view at `address`, without what is open in it. */
const listAt = (address: string): string => {
  const [path = '', query] = address.split('?')
  return path.split('/').slice(0, 2).join('/') + (query ? `?${query}` : '')
}

/** What may hold the page at its address: each says whether it does. */
const holders = new Set<(address: string) => boolean>()
/** Whether the page itself goes to another address, and has asked before. */
let isMeant = false

/** Asks `isHeld` before the page goes to another `address`, by Back too. @returns a function to stop */
export function holdAddress(isHeld: (address: string) => boolean): () => void {
  holders.add(isHeld)
  return () => holders.delete(isHeld)
}

/** Browsers tell of another address when it is already there: the entry of the former one is made anew. */
function stayAt(address: string, gone: string): void {
  const list = listAt(address)
  entry = list === gone ? { list, steps: 1 } : null
  history.pushState(entry, '', address || location.pathname)
}

addEventListener('hashchange', () => {
  const [before, now] = [hash.peek(), location.hash]
  const isAsked = isMeant
  isMeant = false
  if (!isAsked && now !== before && [...holders].some((isHeld) => isHeld(now))) return stayAt(before, now)
  const list = listAt(now)
  if (history.state === null && listAt(before) === list && now !== list) {
    if (before === list) entry = { list, steps: 1 }
    else entry = entry && { list, steps: entry.steps + 1 }
    history.replaceState(entry, '')
  } else entry = history.state
  hash.value = now
})

/** The entry that is being left: browsers go back some time later. */
let leaving: EntryState | null = null

/** Leaves what is open over a list, once. Back does not open it again. */
export function leaveTo(list: string): void {
  if (leaving !== null && leaving === entry) return
  isMeant = list !== location.hash
  if (entry?.list === list) {
    leaving = entry
    history.go(-entry.steps)
  } else location.replace(list)
}

/** Returns null for a malformed escape. */
function decode(segment: string | undefined): string | undefined | null {
  try {
    return segment ? decodeURIComponent(segment) : undefined
  } catch {
    return null
  }
}

export const route = computed<Route>(() => {
  const [path = '', query] = hash.value.replace(/^#\/?/, '').split('?')
  const [name, segment, action] = path.split('/')
  const [view, id] = [views.find((each) => each === name), decode(segment)]
  return {
    view: view ?? 'orders',
    id: id ?? undefined,
    action,
    query: new URLSearchParams(query),
    isMalformed: id === null || (name !== '' && view === undefined),
  }
})

/** Pages without a session. Links in mails lead to them, with their token in the fragment, which no server receives. */
const publicPages = ['forgot', 'reset', 'verify'] as const

/** The last part of the address of the page for the first password of a confirmed address. */
const CONFIRMED = 'confirmed'

/** The public page at this address, with the token of its link, and whether the link has just confirmed its address. */
export const publicPage = computed(() => {
  const [name, token, step] = hash.value.replace(/^#\/?/, '').split('/')
  const page = publicPages.find((each) => each === name)
  return page && { page, token: decode(token) ?? '', isConfirmed: step === CONFIRMED }
})

/** Goes on to set a password with `token`, which has confirmed an address. The page survives a reload. */
export function continueToPassword(token: string): void {
  history.replaceState(null, '', `#/reset/${encodeURIComponent(token)}/${CONFIRMED}`)
  hash.value = location.hash
}

/** Removes a used token from the address and from the history. */
export function dropToken(): void {
  if (!publicPage.value) return
  history.replaceState(null, '', `#/${publicPage.value.page}`)
  hash.value = location.hash
}

/** Returns the URL of a location, keeping the current query if the view stays the same. */
export function linkTo(view: ViewName, ...path: string[]): string {
  const kept = route.value.view === view ? route.value.query.toString() : ''
  return `#/${[view, ...path.map(encodeURIComponent)].join('/')}${kept && `?${kept}`}`
}

/** Returns the URL of a view with this query alone. */
export const linkToQuery = (view: ViewName, query: Record<string, string>): string =>
  `#/${view}?${new URLSearchParams(query)}`

/** Goes to `address`, unless something holds the page: as a link does. */
export const follow = (address: string): void => location.assign(address)

/** Goes to `address` without asking what holds the page. */
export function go(address: string): void {
  isMeant = address !== location.hash
  location.assign(address)
}

/** Changes the query of the current view without adding a history entry. */
export function setQuery(changes: Record<string, string>): void {
  const { view, query } = route.value
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  const text = next.toString()
  history.replaceState(history.state, '', `#/${view}${text && `?${text}`}`)
  hash.value = location.hash
}
