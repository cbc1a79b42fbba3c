import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

/** The name of the shop; that of the program until the server has told it. */
export const shopName = signal('Stockroom')

/** Sets the title of the document: the page, then the shop. */
export function useTitle(page: string): void {
  const shop = shopName.value
  useEffect(() => {
    document.title = `${page} · ${shop}`
  }, [page, shop])
}
