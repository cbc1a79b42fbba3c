import { t } from '../languages/inventory'
import { t as shared } from '../languages/shared'
import { SearchBox } from '../parts/search-box'
import { setQuery } from '../routing'

export const NEWEST_FIRST = '-createdAt'
/** The filter by stock for products running low, which the API lists apart. */
export const LOW = 'low'

const sorts = [
  [NEWEST_FIRST, t.newestFirst],
  ['name', t.nameAToZ],
  ['-name', t.nameZToA],
  ['price', t.priceLowestFirst],
  ['-price', t.priceHighestFirst],
  ['createdAt', t.oldestFirst],
] as const

interface InventoryToolsProps {
  q: string
  sort: string
  stocked: string
}

/** Search, order and filter of the products. */
export function InventoryTools({ q, sort, stocked }: InventoryToolsProps) {
  return (
    <search class="tools">
      <SearchBox label={t.searchProducts} name="q" value={q} />
      <select
        aria-label={t.sortBy}
        value={sort}
        onChange={({ currentTarget: { value } }) => setQuery({ sort: value === NEWEST_FIRST ? '' : value })}
      >
        {sorts.map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <select
        aria-label={shared.stock}
        value={stocked}
        onChange={({ currentTarget: { value } }) => setQuery({ inStock: value })}
      >
        <option value="">{t.anyStock}</option>
        <option value="true">{t.inStock}</option>
        <option value="false">{t.soldOut}</option>
        <option value={LOW}>{t.runningLow}</option>
      </select>
    </search>
  )
}
