import { count } from '../formats'
import { t } from '../languages/books'

/** The result of an import, or of its dry run. */
export interface ImportReport {
  created: number
  updated: number
  unchanged: number
  failed: number
  /** The first 100. */
  errors: { line: number; path: string; message: string }[]
}

/** The skipped lines of a file, with their faults. */
export function ImportFaults({ report: { failed, errors } }: { report: ImportReport }) {
  if (failed === 0) return null
  return (
    <section class="faults" aria-label={t.faults}>
      <p class="fault">{t.nLineWithA(failed)}</p>
      <ol>
        {errors.map(({ line, path, message }, i) => (
          <li key={i}>
            <strong>{t.line(count(line))}</strong> {path} {message}
          </li>
        ))}
      </ol>
      {errors.length >= 100 && <p class="quiet">{t.onlyTheFirstFaults}</p>}
    </section>
  )
}
