import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { clock } from '../formats'
import type { Minute } from './pulse'

/** Handle of a mounted chart. */
export interface Drawing {
  update(minutes: Minute[]): void
  destroy(): void
}

interface DrawOptions {
  measure: (minute: Minute) => number
  format: (value: number) => string
  kind: 'bars' | 'line'
}

const HEIGHT = 190
const X_AXIS_HEIGHT = 28
const dark = matchMedia('(prefers-color-scheme: dark)')

/** Reads the colours from the stylesheet's custom properties. */
function colours() {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return { ink: colour('muted'), grid: colour('line'), mark: colour('accent'), fill: colour('accent-soft') }
}

function optionsFor(width: number, { format, kind }: DrawOptions): uPlot.Options {
  const { ink, grid, mark, fill } = colours()
  const font = `12px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: ink, font, ticks: { show: false } }
  const { bars } = uPlot.paths
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [12, 8, 0, 0],
    scales: {
      x: { time: false, range: (_plot, min, max) => [min - 0.5, max + 0.5] },
      y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: X_AXIS_HEIGHT,
        space: 80,
        values: (_plot, splits) => splits.map((minute) => clock(minute * 60_000)),
      },
      {
        ...axis,
        size: 48,
        grid: { stroke: grid, width: 1 },
        values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) ? format(value) : '')),
      },
    ],
    series: [
      {},
      kind === 'bars'
        ? {
            stroke: mark,
            fill: mark,
            width: 0,
            points: { show: false },
            ...(bars && { paths: bars({ size: [0.65, 18] }) }),
          }
        : { stroke: mark, fill, width: 2, points: { show: false } },
    ],
  }
}

/** Draws into `place`, following its width and the colour scheme. */
export function draw(place: HTMLElement, options: DrawOptions): Drawing {
  let data: uPlot.AlignedData = [[], []]
  let plot: uPlot | undefined
  const build = () => {
    plot?.destroy()
    plot = new uPlot(optionsFor(place.clientWidth, options), data, place)
  }
  const resized = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: HEIGHT }))
  build()
  resized.observe(place)
  dark.addEventListener('change', build)
  return {
    update(minutes) {
      data = [minutes.map(({ at }) => at / 60_000), minutes.map(options.measure)]
      plot?.setData(data)
    },
    destroy() {
      resized.disconnect()
      dark.removeEventListener('change', build)
      plot?.destroy()
    },
  }
}
