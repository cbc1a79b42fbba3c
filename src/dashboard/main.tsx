// The dashboard. Preact with signals, because the page must be small and live lists need cell-level updates; uPlot
// for the charts, loaded on first use. Vite builds it, TypeScript checks it.

import { type ComponentType, render } from 'preact'
import { configured, loadConfig } from './config'
import { loadLanguage } from './languages/load'
import { t } from './languages/shell'
import type { PublicPageProps } from './links/link-card'
import { ErrorPage } from './parts/error-page'
import { lazy } from './parts/lazy'
import { publicPage } from './routing'
import { mustSetUpMfa, refreshTrouble, session, start } from './session/session'
import { RefusedPage, SignInPage } from './session/sign-in'
import { Shell } from './shell'
import { shopName } from './shop'

const SetUpPage = lazy(async () => (await import('./account/mfa/set-up-page')).SetUpPage)
const publicPages: Record<string, ComponentType<PublicPageProps>> = {
  forgot: lazy(async () => (await import('./links/forgot-page')).ForgotPage),
  reset: lazy(async () => (await import('./links/reset-page')).ResetPage),
  verify: lazy(async () => (await import('./links/verify-page')).VerifyPage),
}

/** Opens the page in the default currency only if the server knows no other, as one of an earlier version. */
const loadConfigAnyhow = () =>
  loadConfig().catch(() => {
    configured.value = true
  })

const Opening = () => (
  <main class="gate">
    <h1 class="unseen">{shopName}</h1>
    <p class="quiet" role="status">
      {refreshTrouble.value ? t.tryingAgain(refreshTrouble.value) : t.opening}
    </p>
  </main>
)

function Page() {
  const { page: name = '', token = '', isConfirmed = false } = publicPage.value ?? {}
  const PublicPage = publicPages[name]
  if (PublicPage) return <PublicPage token={token} isConfirmed={isConfirmed} />
  const now = session.value
  switch (now.state) {
    case 'starting':
      return <Opening />
    case 'out':
      return <SignInPage />
    case 'refused':
      return <RefusedPage user={now.user} />
    default:
      if (!configured.value) return <Opening />
      if (mustSetUpMfa.value) return <SetUpPage user={now.user} />
      return <Shell user={now.user} lost={now.state === 'lost'} />
  }
}

/** Asks for the session at once, and shows the page when its language is there. */
async function open(page: Element): Promise<void> {
  void start()
  await loadLanguage()
  render(
    <ErrorPage>
      <Page />
    </ErrorPage>,
    page,
  )
}

const page = document.querySelector('#page')
if (page) void open(page)
void loadConfigAnyhow()
