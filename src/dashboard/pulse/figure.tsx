import type { ComponentChildren } from 'preact'

interface FigureProps {
  label: string
  value: string | undefined
  note?: ComponentChildren
}

/** A key figure with its name; a placeholder while it is unknown. */
export const Figure = ({ label, value, note }: FigureProps) => (
  <div class="figure">
    <dt>{label}</dt>
    <dd>
      {value === undefined ? <span class="skeleton">00</span> : value}
      {note && <small>{note}</small>}
    </dd>
  </div>
)
