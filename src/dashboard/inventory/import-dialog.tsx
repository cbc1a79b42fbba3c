import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { call } from '../api/call'
import { explain, isInDoubt } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { count, counted } from '../formats'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { ImportFaults, type ImportReport } from './import-faults'

/** Files have up to 50 MiB. */
const TIMEOUT_MS = 10 * 60_000

const typeOf = ({ name }: File) =>
  /\.(ndjson|jsonl|json)$/i.test(name) ? 'application/x-ndjson' : 'text/csv'

const messageFor = (error: unknown) =>
  isInDoubt(error)
    ? `${explain(error)} Whether the file was imported is not known. Try again: it is not imported twice.`
    : explain(error)

/** Adds and changes products by a file, after a dry run: the person sees the changes before they are made. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const file = useSignal<File | undefined>(undefined)
  const checked = useSignal<ImportReport | undefined>(undefined)
  const imported = useSignal<ImportReport | undefined>(undefined)
  const action = useAction()
  const keyOf = useRef(keyOfBody()).current
  const { busy } = action

  const send = async (chosen: File, isDryRun: boolean) => {
    const report = isDryRun ? checked : imported
    await action.run(async (retryOptions) => {
      const body = chosen.slice(0, chosen.size, typeOf(chosen))
      const { name, size, lastModified } = chosen
      const headers = keyOf({ name, size, lastModified })
      const options = { body, headers, idempotent: true, timeoutMs: TIMEOUT_MS, ...retryOptions }
      report.value = (await call<ImportReport>('POST', `/products/import?dryRun=${isDryRun}`, options)).body
    })
  }
  const choose = (chosen: File | undefined) => {
    file.value = chosen
    checked.value = undefined
    if (chosen) void send(chosen, true)
  }
  const [before, after] = [checked.value, imported.value]
  const changes = before ? before.created + before.updated : 0
  return (
    <Dialog title="Import products" onClose={onClose}>
      {after ? (
        <>
          <Notice tone={after.failed > 0 ? 'wait' : 'good'}>
            Imported: {count(after.created)} new, {count(after.updated)} changed, {count(after.unchanged)} as
            they were.
          </Notice>
          <ImportFaults report={after} />
          <footer class="actions">
            <button class="button primary" type="button" autofocus onClick={onClose}>
              Done
            </button>
          </footer>
        </>
      ) : (
        <>
          <p>
            A CSV file, as the export writes it: a first line with the columns <code>sku</code>,{' '}
            <code>name</code>, <code>price</code>, <code>stock</code>. A line with a known SKU or id changes
            that product.
          </p>
          <label class="field">
            <span>File (CSV or NDJSON)</span>
            <input
              type="file"
              accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
              disabled={busy.value}
              onChange={({ currentTarget: { files } }) => choose(files?.[0])}
            />
            <small>Nothing is changed yet: the file is checked first.</small>
          </label>
          <Progress action={action} messageFor={messageFor} />
          {busy.value && <p class="quiet">{before ? 'Importing…' : 'Checking the file…'}</p>}
          {before && <Preview report={before} />}
          <footer class="actions">
            <button
              class="button primary"
              type="button"
              disabled={changes === 0}
              aria-disabled={busy.value}
              onClick={() => file.value && void send(file.value, false)}
            >
              {changes > 0 ? `Import ${counted(changes, 'product')}` : 'Import'}
            </button>
            <button class="button" type="button" onClick={onClose}>
              Cancel
            </button>
          </footer>
        </>
      )}
    </Dialog>
  )
}

const Preview = ({ report }: { report: ImportReport }) => (
  <>
    <dl class="facts preview" aria-label="What the file would change">
      <dt>New</dt>
      <dd>{count(report.created)}</dd>
      <dt>Changed</dt>
      <dd>{count(report.updated)}</dd>
      <dt>As they are</dt>
      <dd>{count(report.unchanged)}</dd>
      <dt>With a fault</dt>
      <dd>{count(report.failed)}</dd>
    </dl>
    <ImportFaults report={report} />
  </>
)
