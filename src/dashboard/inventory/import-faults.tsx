import { count, counted } from '../formats'

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
    <section class="faults" aria-label="Faults">
      <p class="fault">{counted(failed, 'line')} with a fault change nothing. The others are not affected.</p>
      <ol>
        {errors.map(({ line, path, message }, i) => (
          <li key={i}>
            <strong>Line {count(line)}</strong> {path} {message}
          </li>
        ))}
      </ol>
      {errors.length >= 100 && <p class="quiet">Only the first faults are listed.</p>}
    </section>
  )
}
