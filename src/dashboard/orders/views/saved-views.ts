import { signal } from '@preact/signals'

/** A named filter of the orders. */
export interface SavedView {
  name: string
  /** The query of the page's address. */
  query: string
}

const STORAGE_KEY = 'stockroom-views'
const MOST = 50

function stored(): SavedView[] {
  try {
    const views: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]')
    return Array.isArray(views)
      ? views.filter(({ name, query }) => typeof name === 'string' && typeof query === 'string')
      : []
  } catch {
    return []
  }
}

/** The views saved in this browser, by name. */
export const savedViews = signal(stored())

function keep(views: SavedView[]): void {
  savedViews.value = views.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, MOST)
  localStorage.setItem(STORAGE_KEY, JSON.stringify(savedViews.value))
}

/** Saves a view in place of any of its name. */
export const saveView = (view: SavedView): void =>
  keep([...savedViews.value.filter(({ name }) => name !== view.name), view])

export const deleteView = (name: string): void => keep(savedViews.value.filter((view) => view.name !== name))
