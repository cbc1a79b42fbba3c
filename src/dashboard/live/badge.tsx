import { connection } from './stream'

const words = {
  live: ['Live', 'Changes appear as they happen'],
  'catching-up': ['Catching up', 'Reading what happened meanwhile'],
  offline: ['Offline', 'Trying to reach the server; nothing will be missed'],
} as const

/** How live the page is. */
export function Badge() {
  const [word, explanation] = words[connection.value]
  return (
    <div class={`badge ${connection.value}`} role="status" title={explanation}>
      <span class="dot" />
      <span>{word}</span>
    </div>
  )
}
