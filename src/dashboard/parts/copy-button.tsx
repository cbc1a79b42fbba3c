import { useSignal } from '@preact/signals'
import { t } from '../languages/shared'

/** Copies `text` to the clipboard. Not shown where the browser has none, as over plain HTTP: the text can be selected. */
export function CopyButton({ text, label = t.copy }: { text: string; label?: string }) {
  const said = useSignal(label)
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => (said.value = t.copied),
      () => (said.value = t.selectItAndCopy),
    )
  return navigator.clipboard ? (
    <button class="button primary" type="button" autofocus onClick={copy}>
      <span aria-live="polite">{said}</span>
    </button>
  ) : null
}
