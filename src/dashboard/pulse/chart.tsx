import { useEffect, useId, useRef } from 'preact/hooks'
import type { Drawing } from './draw'
import type { Minute } from './pulse'

interface ChartProps {
  title: string
  /** The chart in one sentence: for screen readers, and while the chart loads. */
  summary: string
  minutes: Minute[]
  measure: (minute: Minute) => number
  format: (value: number) => string
  kind: 'bars' | 'line'
}

/** Chart of the last hour by minute. uPlot is loaded when the first chart mounts. */
export function Chart({ title, summary, minutes, measure, format, kind }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing>(undefined)
  const latest = useRef(minutes)
  latest.current = minutes
  const heading = useId()

  useEffect(() => {
    let left = false
    void import('./draw').then(({ draw }) => {
      if (left || !place.current) return
      drawing.current = draw(place.current, { measure, format, kind })
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
