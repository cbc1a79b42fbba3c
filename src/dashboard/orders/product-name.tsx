import { nameOf } from '../inventory/names'

/** The name of an order's product, as soon as it is known. */
export function ProductName({ id }: { id: string }) {
  const name = nameOf(id).value
  if (name === null) return <span class="quiet">Deleted product</span>
  return name === undefined ? <span class="skeleton">Loading</span> : <span title={name}>{name}</span>
}
