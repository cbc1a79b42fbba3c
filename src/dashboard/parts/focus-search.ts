const SEARCH = 'main input[type=search], main .find input'

/** What `lazy` shows while the code of a view is on its way. */
const COMING = 'main > [data-coming]'

function select(input: HTMLInputElement, typed = ''): void {
  input.focus()
  input.select()
  if (typed === '') return
  input.value = typed
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

let stop = () => {}

/** Waits for the search of a view whose code is on its way, and keeps what is typed for it meanwhile. */
function waitForSearch(): void {
  stop()
  let typed = ''
  const keep = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey, altKey } = event
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return
    event.preventDefault() // so it is no shortcut
    typed += key
  }
  const observer = new MutationObserver(() => {
    if (document.querySelector(COMING)) return
    stop()
    const input = document.querySelector<HTMLInputElement>(SEARCH)
    if (input) select(input, typed)
  })
  stop = () => {
    observer.disconnect()
    removeEventListener('keydown', keep, true)
    stop = () => {}
  }
  observer.observe(document.body, { childList: true, subtree: true })
  addEventListener('keydown', keep, true)
}

/** Leads to the search of the view, where there is one. */
export function focusSearch(): void {
  const input = document.querySelector<HTMLInputElement>(SEARCH)
  if (input) select(input)
  else if (document.querySelector(COMING)) waitForSearch()
}
