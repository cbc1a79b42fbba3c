import { useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain, isInDoubt, Refused } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { decimals, money } from '../formats'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
import { parseAmount, parseWhole } from '../parts/numbers'
import { lowThreshold } from '../pulse/pulse'
import { deleteSoon } from './deletion'
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
  if (error instanceof Refused && error.status === 404) return 'This product was deleted meanwhile.'
  if (isInDoubt(error))
    return `${explain(error)} Whether it was saved is not known. Try again: it is not saved twice.`
  return explain(error)
}

/** Adds a product, or edits or deletes one. Keeps its input until it is saved. */
export function ProductDialog({ id, onDone, onClose }: ProductDialogProps) {
  const { seen, loading } = useProduct(id)
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

  const fill = (from: LoadedProduct) => {
    base.value = from
    first.value = from.product
    name.value = from.product.name
    sku.value = from.product.sku ?? ''
    price.value = from.product.price.toFixed(decimals.value)
    threshold.value = String(from.product.lowStockThreshold ?? '')
  }
  useSignalEffect(() => {
    if (seen.value && !base.peek()) fill(seen.value)
  })

  const amount = parseAmount(price.value, decimals.value)
  const units = parseWhole(stock.value) ?? -1
  const low = threshold.value.trim() === '' ? null : (parseWhole(threshold.value) ?? -1)
  const faults = {
    name: name.value.trim() ? undefined : 'Enter a name.',
    sku: /^[ -~]{0,64}$/.test(sku.value.trim())
      ? undefined
      : 'Letters from A to Z, digits and signs; 64 at most.',
    price: amount !== undefined ? undefined : `An amount like ${(24.5).toFixed(decimals.value)}.`,
    stock: id !== undefined || units >= 0 ? undefined : 'A whole number, 0 or more.',
    threshold: low === null || low >= 0 ? undefined : 'A whole number, 0 or more, or nothing.',
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
    <Dialog title={id === undefined ? 'Add product' : 'Edit product'} onClose={onClose}>
      <form class="form" onSubmit={submit} noValidate>
        {loading.waiting.value && <Notice tone="wait">{loading.waiting.value}</Notice>}
        {loading.failure.value !== undefined && (
          <Notice tone="bad">{messageFor(loading.failure.value)}</Notice>
        )}
        {waiting.value && <Notice tone="wait">{waiting.value}</Notice>}
        {failure.value !== undefined && !stale && <Notice tone="bad">{messageFor(failure.value)}</Notice>}
        {stale && (
          <Notice tone="bad">
            <p>
              Somebody else changed this product while you were editing. It is now called “
              {stale.product.name}” and costs {money(stale.product.price)}. What you typed is still here.
            </p>
            <p class="choices">
              <button
                class="button small"
                type="button"
                onClick={() => {
                  base.value = stale
                  void save(stale)
                }}
              >
                Save mine over it
              </button>
              <button
                class="button small"
                type="button"
                onClick={() => {
                  fill(stale)
                  failure.value = undefined
                }}
              >
                Take current
              </button>
            </p>
          </Notice>
        )}
        <ProductField label="Name" name="name" value={name} fault={faultOf('name')} focused />
        <ProductField
          label="SKU"
          name="sku"
          value={sku}
          fault={faultOf('sku')}
          hint="As on its label. May be empty."
        />
        <ProductField
          label="Price"
          name="price"
          value={price}
          fault={faultOf('price')}
          hint={priceHint}
          numeric
        />
        {id === undefined && (
          <ProductField label="Stock" name="stock" value={stock} fault={faultOf('stock')} numeric />
        )}
        <ProductField
          label="Low from (units)"
          name="threshold"
          value={threshold}
          fault={faultOf('threshold')}
          hint={`Empty for that of the shop, ${lowThreshold.value}.`}
          numeric
        />
        <footer class="actions">
          <button class="button primary" type="submit" aria-disabled={busy.value || !ready}>
            {busy.value ? 'Saving…' : id === undefined ? 'Add product' : 'Save'}
          </button>
          <button class="button" type="button" onClick={waiting.value ? action.cancel : onClose}>
            {waiting.value ? 'Stop trying' : 'Cancel'}
          </button>
          {seen.value && (
            <button class="button bare aside" type="button" onClick={remove}>
              Delete
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  )
}
