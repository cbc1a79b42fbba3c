import { signal } from '@preact/signals'

interface Toast {
  /** A toast of the same key is replaced. */
  key: string
  text: string
  detail?: string
  href?: string
}

const toasts = signal<Toast[]>([])
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const SHOWN_MS = 6_000

export function dismiss(key: string): void {
  clearTimeout(timers.get(key))
  timers.delete(key)
  toasts.value = toasts.value.filter((toast) => toast.key !== key)
}

/** Shows `toast` for some seconds. One of the same key that is shown gives it its place, and the rest of its time. */
export function announce(toast: Toast): void {
  const others = toasts.value.filter(({ key }) => key !== toast.key)
  toasts.value = [...others, toast]
  if (timers.has(toast.key)) return
  timers.set(
    toast.key,
    setTimeout(() => dismiss(toast.key), SHOWN_MS),
  )
}

export const isShown = (key: string): boolean => timers.has(key)

/** News in the corner, read out when the reader pauses. */
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
              Show
            </a>
          )}
          <button class="button small bare" type="button" aria-label="Dismiss" onClick={() => dismiss(key)}>
            ×
          </button>
        </div>
      ))}
    </div>
  )
}
