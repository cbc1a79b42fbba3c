import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { AuditEntryView } from '../../contract/audit'
import { call } from '../api/call'
import { t } from '../languages/audit'
import { dayIn, startOf } from '../parts/days'
import { LoadFailure, Notice } from '../parts/notice'
import { type Page, PagedRows } from '../parts/paged-rows'
import { useWaiting } from '../parts/waiting'
import { leaveTo, linkTo, route } from '../routing'
import { AuditList } from './audit-list'
import { AuditTools } from './audit-tools'
import { EntryPanel } from './entry-panel'

const PAGE = 50

/** The audit trail: changes with their authors and times. */
export function AuditView() {
  const { query, id } = route.value
  const [actor, subject] = [query.get('actor') ?? '', query.get('subject') ?? '']
  const [from, to] = [dayIn(query.get('from')), dayIn(query.get('to'))]
  const { note, retryOptions } = useWaiting()

  const key = [actor, subject, from, to].join(' ')
  const entries = useMemo(
    () =>
      new PagedRows<AuditEntryView>(async (cursor) => {
        const asked = new URLSearchParams({ limit: String(PAGE) })
        if (actor) asked.set('actor', actor)
        if (subject) asked.set('subject', subject)
        if (from) asked.set('from', startOf(from))
        if (to) asked.set('to', startOf(to, 1))
        if (cursor) asked.set('cursor', cursor)
        return (await call<Page<AuditEntryView>>('GET', `/audit?${asked}`, retryOptions(key))).body
      }),
    [key],
  )
  useEffect(() => void entries.reload(), [entries])

  // Keeps the previous result on screen until the new one has loaded.
  const shown = useRef({ entries, key })
  if (entries.loaded.value || entries.failure.value !== undefined) shown.current = { entries, key }
  void shown.current.entries.version.value // subscribes to the rows, which are no signals
  const open = id === undefined ? undefined : entries.at(entries.indexOf(id))
  return (
    <>
      <header class="bar">
        <h1>{t.audit}</h1>
        <AuditTools
          actor={actor}
          subject={subject}
          from={from}
          to={to}
          onReload={() => void entries.reload()}
        />
      </header>
      {note.value && <Notice tone="wait">{note.value}</Notice>}
      <LoadFailure failure={entries.failure.value} again={() => void entries.reload()} />
      <AuditList key={shown.current.key} entries={shown.current.entries} />
      {open && <EntryPanel entry={open} onClose={() => leaveTo(linkTo('audit'))} />}
    </>
  )
}
