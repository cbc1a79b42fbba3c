import { type Signal, useSignal, useSignalEffect } from '@preact/signals'
import type { ProductView } from '../../contract/product'
import { call } from '../api/call'
import { explain, isInDoubt, Refused } from '../api/failures'
import { money } from '../formats'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
import { Stale, saveProduct } from './save-product'
import { type LoadedProduct, useProduct } from './use-product'

interface ProductDialogProps {
  /** Undefined to add a product. */
  id: string | undefined
  onDone: (product: ProductView) => void
  onClose: () => void
}

const PRICE = /^\d{1,7}(\.\d{1,2})?$/
const STOCK = /^\d{1,10}$/

function messageFor(error: unknown): string {
  if (error instanceof Refused && error.status === 404) return 'This product was deleted meanwhile.'
  if (isInDoubt(error))
    return `${explain(error)} Whether it was saved is not known: check before you try again.`
  return explain(error)
}

interface FieldProps {
  label: string
  name: string
  value: Signal<string>
  /** Validation error, shown after the first attempt to save. */
  fault: string | undefined
  numeric?: boolean
  focused?: boolean
}

function Field({ label, name, value, fault, numeric = false, focused = false }: FieldProps) {
  const help = `${name}-fault`
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        inputMode={numeric ? 'decimal' : 'text'}
        autocomplete="off"
        maxLength={200}
        autofocus={focused}
        aria-invalid={fault !== undefined}
        aria-describedby={fault === undefined ? undefined : help}
        value={value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      {fault !== undefined && <small id={help}>{fault}</small>}
    </label>
  )
}

/** Adds a product, or edits the name and price of one. Keeps its input until it is saved. */
export function ProductDialog({ id, onDone, onClose }: ProductDialogProps) {
  const { seen, loading } = useProduct(id)
  const [name, price, stock] = [useSignal(''), useSignal(''), useSignal('0')]
  const base = useSignal<LoadedProduct | undefined>(undefined)
  const tried = useSignal(false)
  const action = useAction()
  const { busy, waiting, failure } = action

  const fill = (from: LoadedProduct) => {
    base.value = from
    name.value = from.product.name
    price.value = from.product.price.toFixed(2)
  }
  useSignalEffect(() => {
    if (seen.value && !base.peek()) fill(seen.value)
  })

  const faults = {
    name: name.value.trim() ? undefined : 'Enter a name.',
    price: PRICE.test(price.value.trim()) ? undefined : 'An amount like 24.50.',
    stock: id !== undefined || STOCK.test(stock.value.trim()) ? undefined : 'A whole number, 0 or more.',
  }
  const faultOf = (field: keyof typeof faults) => (tried.value ? faults[field] : undefined)

  const save = async (onto: LoadedProduct | undefined) => {
    tried.value = true
    if (faults.name || faults.price || faults.stock) return
    const wanted = { name: name.value.trim(), price: Number(price.value) }
    const succeeded = await action.run(async (retryOptions) => {
      if (onto) onDone(await saveProduct(onto, wanted, retryOptions))
      else
        await call('POST', '/products', { body: { ...wanted, stock: Number(stock.value) }, ...retryOptions })
    })
    if (succeeded) onClose()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    void save(base.value)
  }

  const stale = failure.value instanceof Stale ? failure.value.current : undefined
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
        <Field label="Name" name="name" value={name} fault={faultOf('name')} focused />
        <Field label="Price" name="price" value={price} fault={faultOf('price')} numeric />
        {id === undefined && (
          <Field label="Stock" name="stock" value={stock} fault={faultOf('stock')} numeric />
        )}
        <footer class="actions">
          <button class="button primary" type="submit" aria-disabled={busy.value || !ready}>
            {busy.value ? 'Saving…' : id === undefined ? 'Add product' : 'Save'}
          </button>
          <button class="button" type="button" onClick={waiting.value ? action.cancel : onClose}>
            {waiting.value ? 'Stop trying' : 'Cancel'}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
