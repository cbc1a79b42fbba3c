import { type AuditRecord, differences } from '../audit/record-audit.js'
import type { Metadata } from '../contract/metadata.js'
import { metadataText } from '../metadata.js'
import type { ProductFields } from './product.js'

/** Returns the names of the fields that differ. */
function differingNames(before: Metadata | null, after: Metadata | null): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
}

/**
 * Returns the fields of a product that differ, for the details of an audit record; without members if none does. Of metadata it
 * has only the names of the fields: their values belong to the shop and may be long.
 */
export function productDifferences(
  { metadata: metadataBefore, ...before }: ProductFields,
  { metadata: metadataAfter, ...after }: ProductFields,
): NonNullable<AuditRecord['details']> {
  const others = differences(before, after)
  if (metadataText(metadataBefore) === metadataText(metadataAfter)) return others
  return { ...others, metadata: differingNames(metadataBefore, metadataAfter) }
}
