import type { ComponentChildren } from 'preact'
import { useErrorBoundary } from 'preact/hooks'
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
        <h1>This page has failed</h1>
        <p class="quiet">
          The shop is not affected. If it fails again, tell whoever runs the server: {String(error)}, at{' '}
          {address || '#/orders'}
        </p>
        <button class="button primary" type="button" onClick={() => location.reload()}>
          Reload the page
        </button>
        <button class="button" type="button" onClick={leave}>
          To the orders
        </button>
      </div>
    </main>
  )
}

/** Shown for an address without a page. */
export const NoSuchPage = () => (
  <div class="empty">
    <strong>This link leads nowhere</strong>
    <span class="quiet">It may be incomplete: copy it once more.</span>
    <a class="button" href="#/orders">
      To the orders
    </a>
  </div>
)
