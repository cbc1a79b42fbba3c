import { connection } from './stream'

const words = {
  live: ['Live', 'Changes appear as they happen'],
  'catching-up': ['Catching up', 'Reading the events missed meanwhile'],
  offline: ['Offline', 'Trying to reach the server; nothing will be missed'],
} as const

/** Connection state of the event stream. */
export function Badge() {
  const [word, explanation] = words[connection.value]
  return (
    <div class={`badge ${connection.value}`} role="status" title={explanation}>
      <span class="dot" />
      <span>{word}</span>
    </div>
  )
}
