import type { AuditEntryView } from '../../contract/audit'
import { shortId, when } from '../formats'
import { t } from '../languages/audit'
import type { PagedRows } from '../parts/paged-rows'
import { VirtualList } from '../parts/virtual-list'
import { linkTo } from '../routing'
import { actionName } from './action-names'
import { detailTexts, subjectName } from './actions'
import { ActorName } from './actor-name'

const ROW_HEIGHT = 45
const NARROW_ROW_HEIGHT = 73

const columns = { at: t.time, actor: t.by, 'subject-of': t.what, action: t.change, details: t.details }

const header = Object.entries(columns).map(([name, label]) => (
  <span role="columnheader" class={`cell ${name}`} key={name}>
    {label}
  </span>
))

/** Rows of the audit trail, loaded as they are scrolled to. */
export function AuditList({ entries }: { entries: PagedRows<AuditEntryView> }) {
  void entries.version.value // subscribes to the rows, which are no signals
  if (!entries.loaded.value)
    return entries.failure.value ? null : <div class="empty quiet">{t.loadingTheAuditTrail}</div>
  return (
    <VirtualList
      label={t.changesNewestFirst}
      rows={entries}
      rowHeight={ROW_HEIGHT}
      narrowRowHeight={NARROW_ROW_HEIGHT}
      header={header}
      onNearEnd={() => entries.failure.peek() === undefined && void entries.more()}
      footer={
        entries.length === 0 ? (
          <div class="empty">
            <strong>{t.nothingWasChanged}</strong>
            <span class="quiet">{t.chooseOtherDaysOr}</span>
          </div>
        ) : entries.loading.value ? (
          <p class="end quiet">{t.loadingOlderChanges}</p>
        ) : null
      }
    >
      {(entry) => (
        <>
          <span class="cell at" role="cell">
            {when(entry.at)}
          </span>
          <span class="cell actor" role="cell">
            <ActorName actor={entry.actor} />
          </span>
          <span class="cell subject-of" role="cell">
            {subjectName(entry.subject.type)} {shortId(entry.subject.id)}
          </span>
          <span class="cell action" role="cell">
            <a href={linkTo('audit', entry.id)}>{actionName(entry.action)}</a>
          </span>
          <span class="cell details" role="cell">
            {detailTexts(entry.details)
              .map(([name, text]) => `${name}: ${text}`)
              .join('; ')}
          </span>
        </>
      )}
    </VirtualList>
  )
}
