import uPlot from 'uplot'

/** The figures of a minute, an hour or a day. */
export interface Point {
  /** Its begin, in milliseconds since the Unix epoch. */
  at: number
  orders: number
  takings: number
}

/** Handle of a mounted chart. */
export interface Drawing {
  update(points: Point[]): void
  destroy(): void
}

export interface DrawOptions {
  measure: (point: Point) => number
  format: (value: number) => string
  kind: 'bars' | 'line'
  /** The distance of two points, in milliseconds. */
  stepMs: number
  /** The text below a point. @param at its begin */
  label: (at: number) => string
}

const HEIGHT = 190
const X_AXIS_HEIGHT = 28
const Y_LABEL_GAP = 14
/** The widest label, `12:45 PM`: the last one is centred at the right edge. */
const X_LABEL_WIDTH = 60
const dark = matchMedia('(prefers-color-scheme: dark)')

/** Reads the colours from the stylesheet's custom properties. */
function colours() {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return { ink: colour('muted'), grid: colour('line'), mark: colour('accent'), fill: colour('accent-soft') }
}

function optionsFor(width: number, { format, kind, stepMs, label }: DrawOptions): uPlot.Options {
  const { ink, grid, mark, fill } = colours()
  const font = `12px ${getComputedStyle(document.body).fontFamily}`
  const pen = document.createElement('canvas').getContext('2d')
  if (pen) pen.font = font
  const widest = (labels: string[]) => Math.max(...labels.map((text) => pen?.measureText(text).width ?? 0))
  const axis = { stroke: ink, font, ticks: { show: false } }
  const { bars } = uPlot.paths
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [12, X_LABEL_WIDTH / 2, 0, 0],
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
        incrs: [1, 2, 3, 4, 5, 6, 7, 10, 12, 15, 20, 30],
        values: (_plot, splits) => splits.map((place) => label(place * stepMs)),
      },
      {
        ...axis,
        size: (_plot, labels) => Math.ceil(Math.max(34, widest(labels ?? []))) + Y_LABEL_GAP,
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
    update(points) {
      // Days in which the clock changes are shorter or longer, and yet at the same distance.
      data = [points.map(({ at }) => Math.round(at / options.stepMs)), points.map(options.measure)]
      plot?.setData(data)
    },
    destroy() {
      resized.disconnect()
      dark.removeEventListener('change', build)
      plot?.destroy()
    },
  }
}
