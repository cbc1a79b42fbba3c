import { translated } from './language.js'
import { plural } from './plural.js'

const english = {
  live: 'Live',
  catchingUp: 'Catching up',
  offline: 'Offline',
  askingTheServer: 'Asking the server…',
  theRelayIsN: (n: number) =>
    plural(n, { one: 'The relay is # event behind', other: 'The relay is # events behind' }),
  ordersToday: 'Orders today',
  takingsToday: 'Takings today',
  thisMinute: 'This minute',
  nOrderTheMinute: (n: number) =>
    plural(n, { one: '# order the minute before', other: '# orders the minute before' }),
  runningLow: 'Running low',
  leftOrFewer: (threshold: string) => `${threshold} left or fewer`,
  connection: 'Connection',
  ordersAMinute: 'Orders a minute',
  nOrderInThe: (n: number) =>
    plural(n, { one: '# order in the last hour', other: '# orders in the last hour' }),
  takingsAMinute: 'Takings a minute',
  inTheLastHour: (amount: string) => `${amount} in the last hour`,
  nothingEveryProductHas: (threshold: string) => `Nothing: every product has more than ${threshold} left.`,
  soldOut: 'Sold out',
  left: (stock: string) => `${stock} left`,
  andNMoreProduct: (n: number) => plural(n, { one: 'And # more product', other: 'And # more products' }),
  today: 'Today',
  thisWeek: 'This week',
  thisMonth: 'This month',
  pulse: 'Pulse',
  now: 'Now',
  theFiguresAreBeing: 'The figures are being made: not every order is counted yet.',
  takings: 'Takings',
  anOrderOnAverage: 'An order on average',
  ordersAnHour: 'Orders an hour',
  ordersADay: 'Orders a day',
  takingsAnHour: 'Takings an hour',
  takingsADay: 'Takings a day',
  bestSellers: 'Best sellers',
  nothingWasOrderedYet: 'Nothing was ordered yet.',
  nUnit: (n: number) => plural(n, { one: '# unit', other: '# units' }),
  yesterdayWas: (figure: string) => `${figure} yesterday by now`,
  lastWeekWas: (figure: string) => `${figure} last week by now`,
  lastMonthWas: (figure: string) => `${figure} last month by now`,
}
export type PulseTexts = typeof english

export const t = translated('pulse', english)
