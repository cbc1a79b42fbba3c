import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { ProductView } from '../../../contract/product'
import { explain, isInDoubt } from '../../api/failures'
import { keyOfBody } from '../../api/idempotency-key'
import { t as inventory } from '../../languages/inventory'
import { t as shared } from '../../languages/shared'
import { t } from '../../languages/stocktake'
import { onEvents } from '../../live/stream'
import { useAction } from '../../parts/action'
import { useKept } from '../../parts/kept'
import { Notice } from '../../parts/notice'
import { Progress } from '../../parts/progress'
import { linkTo } from '../../routing'
import { CountedLine } from './counted-line'
import { FindProduct } from './find-product'
import { beginStocktake, countOf, MAX_LINES } from './lines'
import { type Saved, saveCounts } from './save-counts'

function openStocktake() {
  const stocktake = beginStocktake()
  const stopListening = onEvents(stocktake.apply)
  const stop = () => {
    stopListening()
    stocktake.stop()
  }
  return { value: stocktake, stop }
}

const messageFor = (error: unknown) =>
  isInDoubt(error) ? t.whetherTheCountsWere(explain(error)) : explain(error)

const reportOf = ({ lines, corrected, refused }: Saved) =>
  [
    t.saved(lines, corrected === 0 ? t.none : t.nStock(corrected)),
    ...(refused > 0 ? [t.needYou(refused)] : []),
  ].join(' ')

/** Counting the stock: product after product, by SKU, and one save for all. */
export function StocktakeView() {
  const stocktake = useKept('stocktake', '', openStocktake)
  const input = useRef<HTMLInputElement>(null)
  const wanted = useRef<string>(undefined)
  const saved = useSignal<Saved | undefined>(undefined)
  const action = useAction()
  const keyOf = useRef(keyOfBody()).current
  const lines = stocktake.lines.value
  const ready = lines.filter((line) => countOf(line) !== undefined).length
  const isFull = lines.length >= MAX_LINES

  useEffect(() => {
    const field = wanted.current && document.getElementById(`count-${wanted.current}`)
    wanted.current = undefined
    if (field instanceof HTMLInputElement) {
      field.scrollIntoView({ block: 'nearest' })
      field.select()
    }
  })
  const found = (product: ProductView) => {
    saved.value = undefined
    wanted.current = product.id
    if (!isFull) stocktake.add(product)
    // Also if the product is on the list already, and nothing is rendered again.
    const field = document.getElementById(`count-${product.id}`)
    if (field instanceof HTMLInputElement) field.select()
  }
  const save = async () => {
    if (ready === 0) return
    saved.value = undefined
    await action.run(async (retryOptions) => {
      saved.value = await saveCounts(stocktake, keyOf, retryOptions)
    })
    input.current?.focus()
  }
  return (
    <div class="stocktake">
      <header class="bar">
        <h1>{t.stocktake}</h1>
        <a class="button end-of-bar" href={linkTo('inventory')}>
          {inventory.backToTheProducts}
        </a>
        <button
          class="button primary"
          type="button"
          disabled={ready === 0}
          aria-disabled={action.busy.value}
          onClick={() => void save()}
        >
          {action.busy.value ? shared.saving : ready === 0 ? shared.save : t.saveNCount(ready)}
        </button>
      </header>
      <Progress action={action} messageFor={messageFor} />
      {saved.value && (
        <Notice tone={saved.value.refused > 0 ? 'bad' : 'good'}>{reportOf(saved.value)}</Notice>
      )}
      {isFull && <Notice tone="wait">{t.theseAreAsMany}</Notice>}
      <section class="panel">
        <FindProduct input={input} onFound={found} />
        {lines.length === 0 ? (
          <p class="quiet">{t.scanOrTypeA}</p>
        ) : (
          <ul class="counts">
            {lines.map((line) => (
              <CountedLine
                key={line.id}
                line={line}
                stocktake={stocktake}
                onDone={() => input.current?.focus()}
              />
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}
