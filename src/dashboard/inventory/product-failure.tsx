import { Refused } from '../api/failures'
import { t } from '../languages/product'
import { LoadFailure, Notice } from '../parts/notice'

/** Reports that a product could not be loaded: it was deleted, or the server failed. */
export const ProductFailure = ({ failure, again }: { failure: unknown; again: () => void }) =>
  failure instanceof Refused && failure.status === 404 ? (
    <Notice tone="bad">{t.thisProductWasDeleted}</Notice>
  ) : (
    <LoadFailure failure={failure} again={again} />
  )
