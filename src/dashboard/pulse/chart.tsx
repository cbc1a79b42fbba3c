import { useEffect, useId, useRef } from 'preact/hooks'
import { useChunk } from '../parts/chunk'
import { ChunkFailure } from '../parts/lazy'
import type { Drawing, DrawOptions, Point } from './draw'

interface ChartProps extends DrawOptions {
  title: string
  /** The chart in one sentence: for screen readers, and while the chart loads. */
  summary: string
  points: Point[]
}

/** Chart of figures over time. uPlot is loaded when the first chart mounts. */
export function Chart({ title, summary, points, ...options }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<Drawing>(undefined)
  const latest = useRef(points)
  latest.current = points
  const heading = useId()

  const chunk = useChunk(() => import('./draw'))
  const code = chunk.loaded.value

  useEffect(() => {
    if (!code || !place.current) return
    const drawn = code.draw(place.current, options)
    drawing.current = drawn
    drawn.update(latest.current)
    return () => drawn.destroy()
  }, [code])
  useEffect(() => drawing.current?.update(points), [points])

  return (
    <section class="panel chart">
      <h2 id={heading}>{title}</h2>
      <p class="quiet">{summary}</p>
      {chunk.failed.value && <ChunkFailure again={chunk.again} />}
      <div class="drawing" ref={place} role="img" aria-labelledby={heading} />
    </section>
  )
}
