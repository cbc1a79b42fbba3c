import { Fragment } from 'preact'
import type { AuditEntryView } from '../../contract/audit'
import { fullTime } from '../formats'
import { t } from '../languages/audit'
import { Dialog } from '../parts/dialog'
import { linkTo } from '../routing'
import { actionName } from './action-names'
import { allOfSubject, detailTexts, subjectName, subjectPlace } from './actions'
import { ActorName } from './actor-name'

const SYSTEM = 'system'

/** Address of the list of all entries with this value of a filter. */
const filtered = (name: 'actor' | 'subject', value: string) =>
  `#/audit?${new URLSearchParams({ [name]: value })}`

/** Details of one entry of the audit trail, with links to what it is about. */
export function EntryPanel({ entry, onClose }: { entry: AuditEntryView; onClose: () => void }) {
  const { actor, subject } = entry
  const place = subjectPlace(subject)
  return (
    <Dialog title={actionName(entry.action)} place="side" onClose={onClose}>
      <dl class="facts">
        <dt>{t.time}</dt>
        <dd>{fullTime(entry.at)}</dd>
        <dt>{t.by}</dt>
        <dd>
          <ActorName actor={actor} />
        </dd>
        {actor.id && (
          <>
            <dt>{t.theirId}</dt>
            <dd class="id">{actor.id}</dd>
          </>
        )}
        <dt>{subjectName(subject.type)}</dt>
        <dd class="id">{place ? <a href={linkTo(...place)}>{subject.id}</a> : subject.id}</dd>
        {detailTexts(entry.details).map(([name, text]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
        {entry.requestId && (
          <>
            <dt>{t.request}</dt>
            <dd class="id">{entry.requestId}</dd>
          </>
        )}
      </dl>
      <footer class="actions">
        <a class="button" href={filtered('actor', actor.id ?? SYSTEM)}>
          {t.allByTheSame}
        </a>
        <a class="button" href={filtered('subject', subject.id)}>
          {allOfSubject(subject.type)}
        </a>
      </footer>
    </Dialog>
  )
}
