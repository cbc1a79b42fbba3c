import { t } from '../../languages/orders'
import { Menu } from '../../parts/menu'
import { route } from '../../routing'
import { savedViews } from './saved-views'

/** The saved views of the orders, and the way to save the current one. */
export function ViewsMenu({ onSave, onManage }: { onSave: () => void; onManage: () => void }) {
  const now = route.value.query.toString()
  return (
    <Menu label={t.views}>
      {savedViews.value.map(({ name, query }) => (
        <a
          key={name}
          href={`#/orders${query && `?${query}`}`}
          aria-current={query === now ? 'true' : undefined}
        >
          <bdi>{name}</bdi>
        </a>
      ))}
      <button type="button" onClick={onSave}>
        {t.saveThisView}
      </button>
      {savedViews.value.length > 0 && (
        <button type="button" onClick={onManage}>
          {t.deleteViews}
        </button>
      )}
    </Menu>
  )
}
