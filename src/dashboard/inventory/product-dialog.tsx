import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain, isInDoubt, Refused } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { amountText, decimals, money } from '../formats'
import { t } from '../languages/product'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { LeaveButton } from '../parts/leave-button'
import { Metadata } from '../parts/metadata'
import { Notice } from '../parts/notice'
import { parseAmount, parseWhole } from '../parts/numbers'
import { lowThreshold } from '../pulse/pulse'
import { deleteSoon } from './deletion'
import { ProductFailure } from './product-failure'
import { ProductField } from './product-field'
import { changesOf, Stale, saveProduct } from './save-product'
import { type LoadedProduct, useProduct } from './use-product'

interface ProductDialogProps {
  /** Undefined to add a product. */
  id: string | undefined
  onDone: (product: ProductView) => void
  onClose: () => void
}

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.status === 404) return t.thisProductWasDeleted
  if (isInDoubt(error)) return t.whetherItWasSaved(explain(error))
  return explain(error)
}

/** Adds a product, or edits or deletes one. Keeps its input until it is saved. */
export function ProductDialog({ id, onDone, onClose }: ProductDialogProps) {
  const { seen, loading, again } = useProduct(id)
  const [name, sku, price, stock, threshold] = [
    useSignal(''),
    useSignal(''),
    useSignal(''),
    useSignal('0'),
    useSignal(''),
  ]
  const keyOf = useRef(keyOfBody()).current
  const base = useSignal<LoadedProduct | undefined>(undefined)
  /** The initial contents of the fields: only differences from them are saved. */
  const first = useSignal<ProductView | undefined>(undefined)
  const tried = useSignal(false)
  const action = useAction()
  const { busy, waiting, failure } = action

  const fill = (from: LoadedProduct, keepsTyped = false) => {
    const put = (field: Signal<string>, text: string) => {
      if (!keepsTyped || field.peek() === '') field.value = text
    }
    base.value = from
    first.value = from.product
    put(name, from.product.name)
    put(sku, from.product.sku ?? '')
    put(price, amountText(from.product.price))
    put(threshold, String(from.product.lowStockThreshold ?? ''))
  }
  useSignalEffect(() => {
    if (seen.value && !base.peek()) fill(seen.value, true)
  })

  const amount = parseAmount(price.value, decimals.value)
  const units = parseWhole(stock.value) ?? -1
  const low = threshold.value.trim() === '' ? null : (parseWhole(threshold.value) ?? -1)
  const faults = {
    name: name.value.trim() ? undefined : t.enterAName,
    sku: /^[ -~]{0,64}$/.test(sku.value.trim()) ? undefined : t.lettersFromATo,
    price: amount !== undefined ? undefined : t.anAmountLike(amountText(24.5)),
    stock: id !== undefined || units >= 0 ? undefined : t.aWholeNumber0,
    threshold: low === null || low >= 0 ? undefined : t.aWholeNumber02,
  }
  const faultOf = (field: keyof typeof faults) => (tried.value ? faults[field] : undefined)

  const save = async (onto: LoadedProduct | undefined) => {
    tried.value = true
    if (Object.values(faults).some(Boolean) || amount === undefined) return
    const wanted = {
      name: name.value.trim(),
      sku: sku.value.trim() || null,
      price: amount,
      lowStockThreshold: low,
    }
    const succeeded = await action.run(async (retryOptions) => {
      if (onto) return onDone(await saveProduct(onto, changesOf(wanted, first.peek()), retryOptions))
      const body = { ...wanted, stock: units }
      await call('POST', '/products', { body, headers: keyOf(body), idempotent: true, ...retryOptions })
    })
    if (succeeded) onClose()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    void save(base.value)
  }

  /** It can be undone below the list. */
  const remove = () => {
    if (seen.value) void deleteSoon(seen.value.product)
    onClose()
  }

  const stale = failure.value instanceof Stale ? failure.value.current : undefined
  // Said back where it was not typed as the page writes it.
  const priceHint =
    amount !== undefined && !/^\d+([.]\d+)?$/.test(price.value.trim()) ? `= ${money(amount)}` : undefined
  const ready = id === undefined || base.value !== undefined
  return (
    <Dialog title={id === undefined ? t.addProduct : t.editProduct} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
        <ProductFailure failure={loading.failure.value} again={again} />
        {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
        {failure.value !== undefined && !stale && <Notice tone="bad">{messageFor(failure.value)}</Notice>}
        {stale && (
          <Notice tone="bad">
            <p>{t.somebodyElseChangedThis(stale.product.name, money(stale.product.price))}</p>
            <p class="choices">
              <button
                class="button small"
                type="button"
                onClick={() => {
                  base.value = stale
                  void save(stale)
                }}
              >
                {t.saveMineOverIt}
              </button>
              <button
                class="button small"
                type="button"
                onClick={() => {
                  fill(stale)
                  failure.value = undefined
                }}
              >
                {t.takeCurrent}
              </button>
            </p>
          </Notice>
        )}
        <ProductField label={shared.name} name="name" value={name} fault={faultOf('name')} focused />
        <ProductField label={t.sku} name="sku" value={sku} fault={faultOf('sku')} hint={t.asOnItsLabel} />
        <ProductField
          label={t.price}
          name="price"
          value={price}
          fault={faultOf('price')}
          hint={priceHint}
          numeric
        />
        {id === undefined && (
          <ProductField label={shared.stock} name="stock" value={stock} fault={faultOf('stock')} numeric />
        )}
        <ProductField
          label={t.lowFromUnits}
          name="threshold"
          value={threshold}
          fault={faultOf('threshold')}
          hint={t.emptyForThatOf(String(lowThreshold.value))}
          numeric
        />
        <Metadata fields={seen.value?.product.metadata} />
        <footer class="actions">
          <button class="button primary" type="submit" aria-disabled={busy.value || !ready}>
            {busy.value ? shared.saving : id === undefined ? t.addProduct : shared.save}
          </button>
          {waiting.value ? (
            <button class="button" type="button" onClick={action.cancel}>
              {t.stopTrying}
            </button>
          ) : (
            <LeaveButton onLeave={onClose}>{shared.cancel}</LeaveButton>
          )}
          {seen.value && (
            <button class="button bare aside" type="button" onClick={remove}>
              {t.remove}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  )
}
