import type { AuditEntryView } from '../../contract/audit'
import { shortId } from '../formats'
import { t } from '../languages/audit'

/** The author of a change: a person, a program by its API key, or the system. */
export function ActorName({ actor }: { actor: AuditEntryView['actor'] }) {
  if (actor.id === null) return <span class="quiet">{t.system}</span>
  const name = actor.name ?? shortId(actor.id)
  return <span dir="auto">{actor.type === 'key' ? t.apiKey2(name) : name}</span>
}
