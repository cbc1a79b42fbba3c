import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain, isInDoubt, Refused } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { change, count } from '../formats'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
import { parseWhole } from '../parts/numbers'
import { useProduct } from './use-product'

interface AdjustDialogProps {
  id: string
  onDone: (product: ProductView) => void
  onClose: () => void
}

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.code === 'insufficient-stock')
    return `Only ${count(Number(error.problem.available))} are left: the stock can’t go below zero.`
  if (error instanceof Refused && error.status === 404) return 'This product was deleted meanwhile.'
  if (isInDoubt(error))
    return `${explain(error)} Whether the stock was adjusted is not known. Try again: it is not adjusted twice.`
  return explain(error)
}

/** Adjusts the stock by a delta. Its key makes it safe to repeat. */
export function AdjustDialog({ id, onDone, onClose }: AdjustDialogProps) {
  const { seen, loading } = useProduct(id)
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
    <Dialog title="Adjust stock" onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        {product && (
          <p class="subject">
            <strong>{product.name}</strong>
            <span>
              {count(product.stock)} in stock
              {valid && ` → ${count(product.stock + units)}`}
            </span>
          </p>
        )}
        {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
        {loading.failure.value !== undefined && (
          <Notice tone="bad">{messageFor(loading.failure.value)}</Notice>
        )}
        {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
        {failure.value !== undefined && <Notice tone="bad">{messageFor(failure.value)}</Notice>}
        <label class="field">
          <span>Units in or out</span>
          <input
            name="delta"
            inputMode="text"
            placeholder="+20 or -3"
            autocomplete="off"
            autofocus
            aria-invalid={wrong.value && !valid}
            aria-describedby="delta-help"
            value={delta}
            onInput={(event) => (delta.value = event.currentTarget.value)}
          />
          <small id="delta-help">
            {wrong.value && !valid
              ? 'A whole number other than 0, like +20 or -3.'
              : valid
                ? `${change(units)} from what is in stock at that moment.`
                : 'Above 0 for what came in, below 0 for what went out.'}
          </small>
        </label>
        <label class="field">
          <span>Reason</span>
          <input
            name="reason"
            maxLength={200}
            placeholder="Delivery, broken, counted…"
            value={reason}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
          <small>Kept in the books.</small>
        </label>
        <footer class="actions">
          <button class="button primary" type="submit" aria-disabled={busy.value}>
            {busy.value ? 'Adjusting…' : 'Adjust stock'}
          </button>
          <button class="button" type="button" onClick={waiting.value ? action.cancel : onClose}>
            {waiting.value ? 'Stop trying' : 'Cancel'}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
