import type { LedgerCause } from '../../contract/ledger'

/** Why a stock changed, in the words of the page. */
export const causeNames: Record<LedgerCause, string> = {
  created: 'Product added',
  order: 'Order',
  cancelled: 'Cancelled order',
  expired: 'Expired order',
  adjustment: 'Adjusted',
  edit: 'Edited',
  import: 'Imported',
}
