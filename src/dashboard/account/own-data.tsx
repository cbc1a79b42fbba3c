import { call } from '../api/call'
import { t } from '../languages/account'
import { useAction } from '../parts/action'
import { Progress } from '../parts/progress'
import { Section } from '../parts/section'

/** Saves `content` as a file of the person's downloads. */
function saveAs(name: string, content: object): void {
  const file = new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** Download of all data about the user. */
export function OwnData() {
  const action = useAction()
  const { busy, run } = action
  const save = () =>
    run(async (retryOptions) => {
      saveAs('stockroom-account.json', (await call<object>('GET', '/auth/me/export', retryOptions)).body)
    })
  return (
    <Section title={t.yourData}>
      <p>{t.allThatThisShop}</p>
      <Progress action={action} />
      <footer class="actions">
        <button class="button" type="button" aria-disabled={busy.value} onClick={() => void save()}>
          {busy.value ? t.collecting : t.download}
        </button>
      </footer>
    </Section>
  )
}
