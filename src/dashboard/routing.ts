import { computed, signal } from '@preact/signals'

export const views = ['orders', 'inventory', 'pulse', 'people', 'account'] as const
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
