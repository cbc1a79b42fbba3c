import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import type { UserView } from '../contract/user'
import { explain } from './api/failures'
import { compact } from './formats'
import { t as shared } from './languages/shared'
import { t } from './languages/shell'
import { announceOrders, unseen } from './live/announce'
import { announceWebhooks } from './live/announce-webhooks'
import { Badge } from './live/badge'
import { NewVersion } from './live/new-version'
import { SoundSwitch } from './live/sound'
import { follow } from './live/stream'
import { showToast, Toasts } from './live/toasts'
import { LiveTrouble } from './live/trouble'
import { OrdersView } from './orders/orders-view'
import { printing } from './orders/print/printing'
import { usePageKeys } from './page-keys'
import { Brand } from './parts/brand'
import { Dialog } from './parts/dialog'
import { NoSuchPage } from './parts/error-page'
import { sendAllHeld } from './parts/held'
import { dropKept } from './parts/kept'
import { lazy } from './parts/lazy'
import { trackPulse } from './pulse/pulse'
import { route, type ViewName } from './routing'
import { signOut } from './session/session'
import { SignInForm } from './session/sign-in-form'
import { useTitle } from './shop'

const titles = (): Record<ViewName, string> => ({
  orders: shared.orders,
  inventory: t.inventory,
  pulse: t.pulse,
  people: t.people,
  webhooks: t.webhooks,
  audit: t.audit,
  account: t.account,
})
const icons: Record<ViewName, string> = {
  orders: 'M5 3.5h10v13l-2.5-1.5-2.5 1.5-2.5-1.5L5 16.5zM8 7.5h4M8 10.5h4',
  inventory: 'M3 7l7-3.5L17 7v6.5L10 17l-7-3.5zM3 7l7 3.5L17 7M10 10.5V17',
  pulse: 'M2.5 10.5H6l2.5-6 3.5 11 2.5-5h3',
  people:
    'M8 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 16.5a5.5 5.5 0 0 1 11 0M13 9a2.7 2.7 0 0 0 0-5M15 12a5 5 0 0 1 2.5 4.5',
  webhooks:
    'M7.5 12.5 10 8a2.6 2.6 0 1 0-3.2-1.6M12.5 7.5l2.4 4.6a2.6 2.6 0 1 1-2.6 3.6M12 13.8H6.6a2.6 2.6 0 1 1-2.3-3',
  audit: 'M6 3.5h8v13H6zM8.5 7h3M8.5 10h3M8.5 13h3',
  account: 'M10 10a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 10 10M4 17a6 6 0 0 1 12 0',
}
const PrintSheet = lazy(async () => (await import('./orders/print/print-sheet')).PrintSheet)
const KeysHelp = lazy(async () => (await import('./keys-help')).KeysHelp)
const lazyViews = {
  inventory: lazy(
    async () => (await import('./inventory/inventory-view')).InventoryView,
    () => t.inventory,
  ),
  pulse: lazy(
    async () => (await import('./pulse/pulse-view')).PulseView,
    () => t.pulse,
  ),
  people: lazy(
    async () => (await import('./people/people-view')).PeopleView,
    () => t.people,
  ),
  webhooks: lazy(
    async () => (await import('./webhooks/webhooks-view')).WebhooksView,
    () => t.webhooks,
  ),
  audit: lazy(
    async () => (await import('./audit/audit-view')).AuditView,
    () => t.audit,
  ),
  account: lazy(
    async () => (await import('./account/account-view')).AccountView,
    () => t.account,
  ),
}
const contents: Record<ViewName, ComponentType> = { orders: OrdersView, ...lazyViews }

/** Loads the code of the views one after the other, so that keys pressed right after that of a view are not lost. */
async function preloadViews(): Promise<void> {
  for (const view of Object.values(lazyViews)) await view.preload()
}

/** The account is reached by the name of the user instead. Webhooks and the audit trail are for admins. */
const menuOf = ({ role }: UserView): ViewName[] => [
  'orders',
  'inventory',
  'pulse',
  'people',
  ...(role === 'admin' ? (['webhooks', 'audit'] as const) : []),
]

function Icon({ view }: { view: ViewName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={icons[view]} />
    </svg>
  )
}

function Navigation({ user }: { user: UserView }) {
  const here = route.value.view
  return (
    <nav aria-label={t.views}>
      {menuOf(user).map((view) => (
        <a key={view} href={`#/${view}`} aria-current={view === here ? 'page' : undefined}>
          <Icon view={view} />
          <span>{titles()[view]}</span>
          {view === 'orders' && unseen.value > 0 && (
            <span class="count">
              {compact(unseen.value)}
              <span class="unseen"> {t.fresh}</span>
            </span>
          )}
        </a>
      ))}
    </nav>
  )
}

function Account({ user }: { user: UserView }) {
  const busy = useSignal(false)
  const leave = async () => {
    if (busy.value) return
    busy.value = true
    await sendAllHeld()
    await signOut().catch((error) =>
      showToast({ key: 'sign-out', text: t.youAreStillSigned, detail: explain(error) }),
    )
    busy.value = false
  }
  return (
    <div class="account">
      <a
        href="#/account"
        title={user.email}
        aria-current={route.value.view === 'account' ? 'page' : undefined}
      >
        <Icon view="account" />
        <span class="unseen">{t.accountOf} </span>
        <bdi>{user.name}</bdi>
      </a>
      <button class="button bare" type="button" onClick={leave}>
        {shared.signOut}
      </button>
    </div>
  )
}

/** The page of a signed-in admin or member of staff. While `lost`, it keeps its state, unsaved input included, and asks to sign in again. */
export function Shell({ user, lost }: { user: UserView; lost: boolean }) {
  useEffect(() => void preloadViews(), [])
  useEffect(follow, [])
  useEffect(announceOrders, [])
  useEffect(() => (user.role === 'admin' ? announceWebhooks() : undefined), [user.role])
  useEffect(trackPulse, [])
  useEffect(() => dropKept, [])

  const { view, isMalformed } = route.value
  const helping = useSignal(false)
  const views = menuOf(user)
  usePageKeys(views, () => (helping.value = true))
  useTitle(`${unseen.value > 0 ? `(${compact(unseen.value)}) ` : ''}${titles()[view]}`)

  const Content = contents[view]
  return (
    <div class="shell">
      <aside class="side">
        <Brand />
        <Navigation user={user} />
        <div class="foot">
          <Toasts />
          <Badge />
          <SoundSwitch />
          <Account user={user} />
        </div>
      </aside>
      <main key={view}>
        <NewVersion />
        <LiveTrouble />
        {isMalformed ? <NoSuchPage /> : <Content />}
      </main>
      {printing.value && (
        <div class="papers">
          <PrintSheet />
        </div>
      )}
      {helping.value && <KeysHelp view={view} views={views} onClose={() => (helping.value = false)} />}
      {lost && (
        <Dialog title={t.signInAgain}>
          <p class="quiet">{t.yourSessionHasEnded}</p>
          <SignInForm email={user.email} />
        </Dialog>
      )}
    </div>
  )
}
