import { SearchBox } from '../parts/search-box'
import { setQuery } from '../routing'

export const NEWEST_FIRST = '-createdAt'
/** The filter by stock for products running low, which the API lists apart. */
export const LOW = 'low'

const sorts = [
  [NEWEST_FIRST, 'Newest first'],
  ['name', 'Name, A to Z'],
  ['-name', 'Name, Z to A'],
  ['price', 'Price, lowest first'],
  ['-price', 'Price, highest first'],
  ['createdAt', 'Oldest first'],
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
      <SearchBox label="Search products" name="q" value={q} />
      <select
        aria-label="Sort by"
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
        aria-label="Stock"
        value={stocked}
        onChange={({ currentTarget: { value } }) => setQuery({ inStock: value })}
      >
        <option value="">Any stock</option>
        <option value="true">In stock</option>
        <option value="false">Sold out</option>
        <option value={LOW}>Running low</option>
      </select>
    </search>
  )
}
