import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Brand } from '../parts/brand'

/** Frame of a public page. */
export function LinkCard({ title, children }: { title: string; children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · Stockroom`
  }, [title])
  return (
    <main class="gate">
      <div class="card">
        <Brand />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  )
}

/** What to do with a link that is no longer valid. */
export const DeadLink = ({ children }: { children: ComponentChildren }) => (
  <LinkCard title="This link no longer works">
    <p>It was used already, a newer one was sent, or it is too old.</p>
    {children}
  </LinkCard>
)
