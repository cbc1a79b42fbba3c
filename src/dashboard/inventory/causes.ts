import type { LedgerCause } from '../../contract/ledger'
import { t } from '../languages/books'
import { t as shared } from '../languages/shared'

/** Why a stock changed, in the words of the page. */
export const causeNames: Record<LedgerCause, string> = {
  created: shared.productAdded,
  order: shared.order,
  cancelled: t.cancelledOrder,
  expired: t.expiredOrder,
  adjustment: t.adjusted,
  edit: t.edited,
  import: t.imported,
}
