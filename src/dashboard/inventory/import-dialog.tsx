import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { call } from '../api/call'
import { explain, isInDoubt } from '../api/failures'
import { keyOfBody } from '../api/idempotency-key'
import { count } from '../formats'
import { t } from '../languages/books'
import { t as shared } from '../languages/shared'
import { useAction } from '../parts/action'
import { Dialog } from '../parts/dialog'
import { LeaveButton } from '../parts/leave-button'
import { Notice } from '../parts/notice'
import { Progress } from '../parts/progress'
import { ImportFaults, type ImportReport } from './import-faults'

/** Files have up to 50 MiB. */
const TIMEOUT_MS = 10 * 60_000

const typeOf = ({ name }: File) =>
  /\.(ndjson|jsonl|json)$/i.test(name) ? 'application/x-ndjson' : 'text/csv'

const messageFor = (error: unknown) =>
  isInDoubt(error) ? t.whetherTheFileWas(explain(error)) : explain(error)

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
    <Dialog title={t.importProducts} onClose={onClose}>
      {after ? (
        <>
          <Notice tone={after.failed > 0 ? 'wait' : 'good'}>
            {t.importedNewChangedAs(count(after.created), count(after.updated), count(after.unchanged))}
          </Notice>
          <ImportFaults report={after} />
          <footer class="actions">
            <button class="button primary" type="button" autofocus onClick={onClose}>
              {shared.done}
            </button>
          </footer>
        </>
      ) : (
        <>
          <p>{t.csvFile(<code>sku</code>, <code>name</code>, <code>price</code>, <code>stock</code>)}</p>
          <label class="field">
            <span>{t.fileCsvOrNdjson}</span>
            <input
              type="file"
              autofocus
              accept=".csv,.ndjson,.jsonl,text/csv,application/x-ndjson"
              disabled={busy.value}
              onChange={({ currentTarget: { files } }) => choose(files?.[0])}
            />
            <small>{t.nothingIsChangedYet}</small>
          </label>
          <Progress action={action} messageFor={messageFor} />
          {busy.value && <p class="quiet">{before ? t.importing : t.checkingTheFile}</p>}
          {before && <Preview report={before} />}
          <footer class="actions">
            <button
              class="button primary"
              type="button"
              disabled={changes === 0}
              aria-disabled={busy.value}
              onClick={() => file.value && void send(file.value, false)}
            >
              {changes > 0 ? t.importNProduct(changes) : t.import}
            </button>
            <LeaveButton onLeave={onClose}>{shared.cancel}</LeaveButton>
          </footer>
        </>
      )}
    </Dialog>
  )
}

const Preview = ({ report }: { report: ImportReport }) => (
  <>
    <dl class="facts preview" aria-label={t.whatTheFileWould}>
      <dt>{t.fresh}</dt>
      <dd>{count(report.created)}</dd>
      <dt>{t.changed}</dt>
      <dd>{count(report.updated)}</dd>
      <dt>{t.asTheyAre}</dt>
      <dd>{count(report.unchanged)}</dd>
      <dt>{t.withAFault}</dt>
      <dd>{count(report.failed)}</dd>
    </dl>
    <ImportFaults report={report} />
  </>
)
