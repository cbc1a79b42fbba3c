import { signal } from '@preact/signals'
import { t } from '../languages/live'

const STORAGE_KEY = 'stockroom-sound'
const enabled = signal(localStorage.getItem(STORAGE_KEY) === 'on')
const MIN_INTERVAL_MS = 1_500

let context: AudioContext | undefined
let last = Number.NEGATIVE_INFINITY

/** Plays two soft notes, if enabled. Browsers block audio until the first interaction with the page. */
export function chime(): void {
  if (!enabled.value || performance.now() - last < MIN_INTERVAL_MS) return
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

/** Toggles the sound for new orders. */
export function SoundSwitch() {
  const toggle = () => {
    enabled.value = !enabled.value
    localStorage.setItem(STORAGE_KEY, enabled.value ? 'on' : 'off')
    chime()
  }
  return (
    <button class="button bare" type="button" role="switch" aria-checked={enabled.value} onClick={toggle}>
      <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 8v4h3l4 3V5L7 8z" />
        {enabled.value ? (
          <path d="M13.5 7.5a4 4 0 0 1 0 5M15.8 5.5a7 7 0 0 1 0 9" />
        ) : (
          <path d="m14 8 4 4m0-4-4 4" />
        )}
      </svg>
      <span>{enabled.value ? t.soundOn : t.soundOff}</span>
    </button>
  )
}
