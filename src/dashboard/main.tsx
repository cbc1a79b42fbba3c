// The dashboard. Preact with signals, because the page must be small and live lists need cell-level updates; uPlot
// for the charts, loaded on first use. Vite builds it, TypeScript checks it.
import { render } from 'preact'
import { session, start } from './session/session'
import { RefusedPage, SignInPage } from './session/sign-in'
import { Shell } from './shell'

function Page() {
  const now = session.value
  switch (now.state) {
    case 'starting':
      return (
        <main class="gate">
          <p class="quiet" role="status">
            {now.trouble ? `${now.trouble} Trying again…` : 'Opening…'}
          </p>
        </main>
      )
    case 'out':
      return <SignInPage />
    case 'refused':
      return <RefusedPage user={now.user} />
    default:
      return <Shell user={now.user} lost={now.state === 'lost'} />
  }
}

const page = document.querySelector('#page')
if (page) render(<Page />, page)
void start()
