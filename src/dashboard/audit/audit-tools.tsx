import { t } from '../languages/audit'
import { setQuery } from '../routing'

interface AuditToolsProps {
  actor: string
  subject: string
  /** Days, YYYY-MM-DD. */
  from: string
  to: string
  onReload: () => void
}

/** Filters of the audit trail by days. Those by person and by subject are set in the panel of an entry, and removed here. */
export const AuditTools = ({ actor, subject, from, to, onReload }: AuditToolsProps) => (
  <search class="tools">
    {actor && (
      <button class="button" type="button" onClick={() => setQuery({ actor: '' })}>
        {t.oneActor} <span aria-hidden="true">×</span>
        <span class="unseen">{t.showAll}</span>
      </button>
    )}
    {subject && (
      <button class="button" type="button" onClick={() => setQuery({ subject: '' })}>
        {t.oneSubject} <span aria-hidden="true">×</span>
        <span class="unseen">{t.showAll}</span>
      </button>
    )}
    <label class="day">
      <span>{t.since}</span>
      <input
        type="date"
        value={from}
        max={to || undefined}
        onChange={({ currentTarget: { value } }) => setQuery({ from: value })}
      />
    </label>
    <label class="day">
      <span>{t.to}</span>
      <input
        type="date"
        value={to}
        min={from || undefined}
        onChange={({ currentTarget: { value } }) => setQuery({ to: value })}
      />
    </label>
    <button class="button" type="button" onClick={onReload}>
      {t.reload}
    </button>
  </search>
)
