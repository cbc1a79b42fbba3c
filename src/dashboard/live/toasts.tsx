import { signal } from '@preact/signals'
import { t as shared } from '../languages/shared'

interface Toast {
  /** A toast with the same key is replaced. */
  key: string
  text: string
  detail?: string
  href?: string
}

const toasts = signal<Toast[]>([])
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const TOAST_MS = 6_000

export function dismiss(key: string): void {
  clearTimeout(timers.get(key))
  timers.delete(key)
  toasts.value = toasts.value.filter((toast) => toast.key !== key)
}

/** Shows `toast` for 6 s. If one with its key is visible, replaces it and keeps its remaining time. */
export function showToast(toast: Toast): void {
  const others = toasts.value.filter(({ key }) => key !== toast.key)
  toasts.value = [...others, toast]
  if (timers.has(toast.key)) return
  timers.set(
    toast.key,
    setTimeout(() => dismiss(toast.key), TOAST_MS),
  )
}

export const isShown = (key: string): boolean => timers.has(key)

/** Toasts in the corner; `aria-live` is polite, so screen readers finish speaking first. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ key, text, detail, href }) => (
        <div class="toast" key={key}>
          <div>
            <strong>{text}</strong>
            {detail && <span>{detail}</span>}
          </div>
          {href && (
            <a class="button small" href={href} onClick={() => dismiss(key)}>
              {shared.show}
            </a>
          )}
          <button
            class="button small bare"
            type="button"
            aria-label={shared.dismiss}
            onClick={() => dismiss(key)}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  )
}
