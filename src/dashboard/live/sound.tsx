import { signal } from '@preact/signals'

const KEPT_AS = 'stockroom-sound'
const wanted = signal(localStorage.getItem(KEPT_AS) === 'on')
const LEAST_MS = 1_500

let context: AudioContext | undefined
let last = Number.NEGATIVE_INFINITY

/** Two soft notes, if they are wanted. Browsers stay silent until the page was touched once. */
export function chime(): void {
  if (!wanted.value || performance.now() - last < LEAST_MS) return
  last = performance.now()
  context ??= new AudioContext()
  void context.resume()
  for (const [i, frequency] of [659.25, 880].entries()) {
    const at = context.currentTime + i * 0.12
    const note = new OscillatorNode(context, { frequency })
    const volume = new GainNode(context, { gain: 0 })
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.12, at + 0.01)
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.45)
    note.connect(volume).connect(context.destination)
    note.start(at)
    note.stop(at + 0.5)
  }
}

/** Turns the sound of new orders on and off. */
export function SoundSwitch() {
  const toggle = () => {
    wanted.value = !wanted.value
    localStorage.setItem(KEPT_AS, wanted.value ? 'on' : 'off')
    chime()
  }
  return (
    <button class="button bare" type="button" role="switch" aria-checked={wanted.value} onClick={toggle}>
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 8v4h3l4 3V5L7 8z" />
        {wanted.value ? (
          <path d="M13.5 7.5a4 4 0 0 1 0 5M15.8 5.5a7 7 0 0 1 0 9" />
        ) : (
          <path d="m14 8 4 4m0-4-4 4" />
        )}
      </svg>
      <span>{wanted.value ? 'Sound on' : 'Sound off'}</span>
    </button>
  )
}
