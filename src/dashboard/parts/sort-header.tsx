import { setQuery } from '../routing'

interface SortHeaderProps {
  /** The class of the column. */
  column: string
  label: string
  /** The value of the parameter `sort` of the list, ascending. */
  by: string
  /** The order of the list. */
  sort: string
}

/** The head of a column, a button to sort the list: ascending, then descending, then in the initial order. */
export function SortHeader({ column, label, by, sort }: SortHeaderProps) {
  const now = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none'
  const next = { none: by, ascending: `-${by}`, descending: '' }[now]
  return (
    <span role="columnheader" class={`cell ${column}`} aria-sort={now}>
      <button class="sort" type="button" onClick={() => setQuery({ sort: next })}>
        {label}
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
          <path d={now === 'descending' ? 'm6 8 4 4 4-4' : 'm6 12 4-4 4 4'} />
        </svg>
      </button>
    </span>
  )
}
