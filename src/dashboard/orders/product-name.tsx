import { nameOf } from '../inventory/names'

/** Product name of an order; a placeholder while it loads. */
export function ProductName({ id }: { id: string }) {
  const name = nameOf(id).value
  if (name === null) return <span class="quiet">Deleted product</span>
  return name === undefined ? <span class="skeleton">Loading</span> : <span title={name}>{name}</span>
}
