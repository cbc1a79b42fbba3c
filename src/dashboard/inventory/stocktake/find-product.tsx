import { useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import type { ProductView } from '../../../contract/product'
import { call } from '../../api/call'
import { t } from '../../languages/stocktake'
import { useAction } from '../../parts/action'
import type { Page } from '../../parts/paged-rows'
import { Progress } from '../../parts/progress'
import { canBeSku } from '../sku'

const MOST_SHOWN = 8

interface FindProductProps {
  input: RefObject<HTMLInputElement | null>
  onFound: (product: ProductView) => void
}

/** Finds products to count: by a SKU, typed or scanned, or else by the words of a name. */
export function FindProduct({ input, onFound }: FindProductProps) {
  const text = useSignal('')
  const choice = useSignal<ProductView[] | undefined>(undefined)
  const action = useAction()
  const take = (product: ProductView) => {
    text.value = ''
    choice.value = undefined
    onFound(product)
  }
  const find = async (event: Event) => {
    event.preventDefault()
    const asked = text.value.trim()
    if (!asked) return
    await action.run(async (retryOptions) => {
      const ask = async (query: Record<string, string>) => {
        const parameters = new URLSearchParams(query)
        return (await call<Page<ProductView>>('GET', `/products?${parameters}`, retryOptions)).body.items
      }
      let found = canBeSku(asked) ? await ask({ sku: asked }) : []
      if (found.length === 0)
        found = await ask({ q: asked.slice(0, 200), sort: 'name', limit: String(MOST_SHOWN) })
      const [only] = found
      if (only && found.length === 1) take(only)
      else {
        choice.value = found
        input.current?.select()
      }
    })
  }
  return (
    <form class="find" onSubmit={find} role="search">
      <label class="field">
        <span>{t.skuOrWordsOf}</span>
        <input
          ref={input}
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="search"
          autofocus
          maxLength={200}
          value={text}
          onInput={({ currentTarget: { value } }) => (text.value = value)}
        />
      </label>
      <button class="button" type="submit" aria-disabled={action.busy.value}>
        {t.countIt}
      </button>
      <div class="found" role="status">
        {choice.value?.length === 0 && <p class="fault">{t.noProductHasThis}</p>}
        {choice.value?.map((product) => (
          <button class="button small" type="button" key={product.id} onClick={() => take(product)}>
            <bdi>{product.name}</bdi> {product.sku !== null && <span class="quiet">{product.sku}</span>}
          </button>
        ))}
      </div>
      <Progress action={action} />
    </form>
  )
}
