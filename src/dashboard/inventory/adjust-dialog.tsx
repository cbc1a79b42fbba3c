import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain, isInDoubt, Refused } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { change, count } from '../formats'
import { t } from '../languages/product'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { LeaveButton } from '../parts/leave-button'
import { Notice } from '../parts/notice'
import { parseWhole } from '../parts/numbers'
import { ProductFailure } from './product-failure'
import { useProduct } from './use-product'

interface AdjustDialogProps {
  id: string
  onDone: (product: ProductView) => void
  onClose: () => void
}

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.code === 'insufficient-stock')
    return t.onlyAreLeftThe(count(Number(error.problem.available)))
  if (error instanceof Refused && error.status === 404) return t.thisProductWasDeleted
  if (isInDoubt(error)) return t.whetherTheStockWas(explain(error))
  return explain(error)
}

/** Adjusts the stock by a delta. Its key makes it safe to repeat. */
export function AdjustDialog({ id, onDone, onClose }: AdjustDialogProps) {
  const { seen, loading, again } = useProduct(id)
  const delta = useSignal('')
  const reason = useSignal('')
  const wrong = useSignal(false)
  const action = useAction()
  const { busy, waiting, failure } = action
  const product = seen.value?.product
  const keyOf = useRef(keyOfBody()).current
  const units = parseWhole(delta.value) ?? 0
  const valid = units !== 0

  const submit = async (event: Event) => {
    event.preventDefault()
    wrong.value = !valid
    if (!valid) return
    const body = {
      delta: units,
      ...(reason.value.trim() && { reason: reason.value.trim() }),
    }
    const succeeded = await action.run(async (retryOptions) => {
      const { body: after } = await call<ProductView>('POST', `/products/${id}/stock-adjustments`, {
        body,
        headers: keyOf(body),
        idempotent: true,
        ...retryOptions,
      })
      onDone(after)
    })
    if (succeeded) onClose()
  }

  return (
    <Dialog title={t.adjustStock} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        {product && (
          <p class="subject">
            <strong dir="auto">{product.name}</strong>
            <span>
              {t.inStock(count(product.stock))}
              {valid && ` → ${count(product.stock + units)}`}
            </span>
          </p>
        )}
        {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
        <ProductFailure failure={loading.failure.value} again={again} />
        {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
        {failure.value !== undefined && <Notice tone="bad">{messageFor(failure.value)}</Notice>}
        <label class="field">
          <span>{t.unitsInOrOut}</span>
          <input
            name="delta"
            inputMode="text"
            placeholder={t.n20Or3}
            autocomplete="off"
            autofocus
            aria-invalid={wrong.value && !valid}
            aria-describedby="delta-help"
            value={delta}
            onInput={(event) => (delta.value = event.currentTarget.value)}
          />
          <small id="delta-help">
            {wrong.value && !valid
              ? t.aWholeNumberOther
              : valid
                ? t.fromWhatIsIn(change(units))
                : t.above0ForWhat}
          </small>
        </label>
        <label class="field">
          <span>{t.reason}</span>
          <input
            name="reason"
            maxLength={200}
            placeholder={t.deliveryBrokenCounted}
            value={reason}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
          <small>{t.keptInTheBooks}</small>
        </label>
        <footer class="actions">
          <button class="button primary" type="submit" aria-disabled={busy.value}>
            {busy.value ? t.adjusting : t.adjustStock}
          </button>
          {waiting.value ? (
            <button class="button" type="button" onClick={action.cancel}>
              {t.stopTrying}
            </button>
          ) : (
            <LeaveButton onLeave={onClose}>{shared.cancel}</LeaveButton>
          )}
        </footer>
      </form>
    </Dialog>
  )
}
