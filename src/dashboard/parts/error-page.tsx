import type { ComponentChildren } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
import { t } from '../languages/shared'
import { currentAddress, go } from '../routing'

/** Shows its children, or what to do if rendering one of them has thrown. */
export function ErrorPage({ children }: { children: ComponentChildren }) {
  const address = currentAddress.value
  const [error, reset] = useErrorBoundary((thrown) => console.error(thrown))
  const leave = () => {
    go('#/orders')
    reset()
  }
  if (error === undefined) return <>{children}</>
  return (
    <main class="gate">
      <div class="card" role="alert">
        <h1>{t.thisPageHasFailed}</h1>
        <p class="quiet">{t.shopNotAffected(String(error), address || '#/orders')}</p>
        <button class="button primary" type="button" onClick={() => location.reload()}>
          {t.reloadThePage}
        </button>
        <button class="button" type="button" onClick={leave}>
          {t.toTheOrders}
        </button>
      </div>
    </main>
  )
}

/** Shown for an address without a page. */
export const NoSuchPage = () => (
  <div class="empty">
    <h1>{t.thisLinkLeadsNowhere}</h1>
    <span class="quiet">{t.itMayBeIncomplete}</span>
    <a class="button" href="#/orders">
      {t.toTheOrders}
    </a>
  </div>
)
