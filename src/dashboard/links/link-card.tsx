import type { ComponentChildren } from 'preact'
import { t } from '../languages/links'
import { Brand } from '../parts/brand'
import { useTitle } from '../shop'

/** What a public page gets from its address (see publicPage). */
export interface PublicPageProps {
  token: string
  /** Whether the token has just confirmed an email address, which removed the password. */
  isConfirmed: boolean
}

/** Frame of a public page. */
export function LinkCard({ title, children }: { title: string; children: ComponentChildren }) {
  useTitle(title)
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

/** The way out of an invalid link. */
export const DeadLink = ({ children }: { children: ComponentChildren }) => (
  <LinkCard title={t.thisLinkNoLonger}>
    <p>{t.itWasUsedAlready}</p>
    {children}
  </LinkCard>
)
