import { computed, signal } from '@preact/signals'

export const views = ['orders', 'inventory', 'pulse', 'people', 'audit', 'account'] as const
export type ViewName = (typeof views)[number]

/** Location within the dashboard: #/view/id/action?query. */
export interface Route {
  view: ViewName
  id: string | undefined
  action: string | undefined
  query: URLSearchParams
}

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

/** Returns undefined for a malformed escape: the link leads to the view itself. */
function decode(segment: string | undefined): string | undefined {
  try {
    return segment ? decodeURIComponent(segment) : undefined
  } catch {
    return undefined
  }
}

export const route = computed<Route>(() => {
  const [path = '', query] = hash.value.replace(/^#\/?/, '').split('?')
  const [view, id, action] = path.split('/')
  return {
    view: views.find((name) => name === view) ?? 'orders',
    id: decode(id),
    action,
    query: new URLSearchParams(query),
  }
})

/** Pages that need no session. Links in mails lead to them, with their token in the fragment, which no server receives. */
const publicPages = ['forgot', 'reset', 'verify'] as const

/** The public page at this address, with the token of its link. */
export const publicPage = computed(() => {
  const [name, token] = hash.value.replace(/^#\/?/, '').split('/')
  const page = publicPages.find((each) => each === name)
  return page && { page, token: decode(token) ?? '' }
})

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

export const go = (address: string): void => location.assign(address)

/** Changes the query of the current view without adding a history entry. */
export function setQuery(changes: Record<string, string>): void {
  const { view, query } = route.value
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value) next.set(name, value)
    else next.delete(name)
  }
  const text = next.toString()
  history.replaceState(null, '', `#/${view}${text && `?${text}`}`)
  hash.value = location.hash
}
