import { useEffect, useId, useRef } from 'preact/hooks'
import type { Minute } from './pulse'

interface ChartProps {
  title: string
  /** What it shows, in words: for those who can't see it, and for those who can't wait. */
  summary: string
  minutes: Minute[]
  valueOf: (minute: Minute) => number
  format: (value: number) => string
  kind: 'bars' | 'line'
}

/** What a drawing is kept up to date by. */
export interface Drawing {
  update(minutes: Minute[]): void
  destroy(): void
}

/** An hour, minute by minute. What draws it (uPlot) is loaded when the first one is in sight. */
export function Chart({ title, summary, minutes, valueOf, format, kind }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing>(undefined)
  const latest = useRef(minutes)
  latest.current = minutes
  const heading = useId()

  useEffect(() => {
    let left = false
    void import('./draw').then(({ draw }) => {
      if (left || !place.current) return
      drawing.current = draw(place.current, { valueOf, format, kind })
      drawing.current.update(latest.current)
    })
    return () => {
      left = true
      drawing.current?.destroy()
    }
  }, [])
  useEffect(() => drawing.current?.update(minutes), [minutes])

  return (
    <section class="panel chart">
      <h2 id={heading}>{title}</h2>
      <p class="quiet">{summary}</p>
      <div class="drawing" ref={place} role="img" aria-labelledby={heading} />
    </section>
  )
}
