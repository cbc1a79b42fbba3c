import type { Metadata as Fields } from '../../contract/metadata'
import { t as shared } from '../languages/shared'

/** A text as it is; any other value as JSON. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The shop's own fields of a product or an order, by name; nothing without any. */
export function Metadata({ fields }: { fields: Fields | null | undefined }) {
  const entries = Object.entries(fields ?? {})
  if (entries.length === 0) return null
  return (
    <section class="metadata">
      <h3>{shared.metadata}</h3>
      <dl class="facts">
        {entries.map(([name, value]) => [
          <dt key={`name ${name}`}>
            <bdi>{name}</bdi>
          </dt>,
          <dd key={`value ${name}`} dir="auto">
            {textOf(value)}
          </dd>,
        ])}
      </dl>
    </section>
  )
}
