import type { ComponentChildren } from 'preact'

interface FigureProps {
  label: string
  value: string | undefined
  note?: ComponentChildren
}

/** Returns the length of the longest word, which is not broken. A sum is one word: its currency stays beside it. */
const lettersOf = (text = '') => Math.max(...text.split(' ').map((word) => word.length))

/** A key figure with its name; a placeholder while it is unknown. */
export const Figure = ({ label, value, note }: FigureProps) => (
  <div class="figure" style={{ '--letters': lettersOf(value) }}>
    <dt>{label}</dt>
    <dd>
      {value === undefined ? <span class="skeleton">00</span> : value}
      {note && <small>{note}</small>}
    </dd>
  </div>
)
