// The dashboard. Preact with signals, because the page must be small and live lists need cell-level updates; uPlot
// for the charts, loaded on first use. Vite builds it, TypeScript checks it.
import { type ComponentType, render } from 'preact'
import { lazy } from './parts/lazy'
import { publicPage } from './routing'
import { mustSetUpMfa, session, start } from './session/session'
import { RefusedPage, SignInPage } from './session/sign-in'
import { Shell } from './shell'

const SetUpPage = lazy(async () => (await import('./account/mfa/set-up-page')).SetUpPage)
const publicPages: Record<string, ComponentType<{ token: string }>> = {
  forgot: lazy(async () => (await import('./links/forgot-page')).ForgotPage),
  reset: lazy(async () => (await import('./links/reset-page')).ResetPage),
  verify: lazy(async () => (await import('./links/verify-page')).VerifyPage),
}

function Page() {
  const { page: name = '', token = '' } = publicPage.value ?? {}
  const PublicPage = publicPages[name]
  if (PublicPage) return <PublicPage token={token} />
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
      if (mustSetUpMfa.value) return <SetUpPage user={now.user} />
      return <Shell user={now.user} lost={now.state === 'lost'} />
  }
}

const page = document.querySelector('#page')
if (page) render(<Page />, page)
void start()
