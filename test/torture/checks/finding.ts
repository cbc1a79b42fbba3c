/**
 * `lost`: something acknowledged is missing. `doubled`: something was done twice, or without a request. `gap`: the log, or a
 * listener's copy of it, is incomplete or inconsistent. `books`: stock and orders don't add up. `answer`: a response was
 * wrong or not allowed. `recovery`: the service did not recover in time.
 */
export type FindingKind = 'lost' | 'doubled' | 'gap' | 'books' | 'answer' | 'recovery'

/** A violated guarantee. */
export interface Finding {
  kind: FindingKind
  /** A description of the violation. */
  text: string
}

const SHOWN = 3

/** Summarizes `examples` in one finding, or none if the list is empty. */
export function findingOf(kind: FindingKind, title: string, examples: readonly string[]): Finding[] {
  if (examples.length === 0) return []
  const more = examples.length > SHOWN ? `, and ${examples.length - SHOWN} more` : ''
  return [{ kind, text: `${examples.length} ${title}: ${examples.slice(0, SHOWN).join(', ')}${more}` }]
}
