import type { Shop } from '../browser.js'
import type { Things } from './shop.js'
import { answer, FAILED, failed, refuse, type State } from './state.js'

const odd = { id: '1', status: 'pending', createdAt: 'yesterday' }

/** What a signed-in person sees when something is amiss, or happens elsewhere. */
export const statesOfTrouble = (shop: Shop, { product }: Things): State[] => [
  {
    name: 'the code of a page, loading',
    place: '#/people',
    answers: { '**/assets/people-view-*.js': 'held' },
    shows: 'Loading…',
  },
  {
    name: 'the code of a page, failed',
    place: '#/people',
    answers: { '**/assets/people-view-*.js': failed },
    shows: 'This part of the page could not be loaded.',
  },
  { name: 'a malformed link', place: '#/orders/%E0%A4%A', shows: 'This link leads nowhere' },
  {
    name: 'a page that has failed',
    place: '#/orders',
    answers: { '**/orders?*': answer({ items: [odd], nextCursor: null }) },
    shows: 'This page has failed',
  },
  {
    name: 'code that did not load',
    place: '#/pulse',
    answers: { '**/assets/draw-*.js': failed },
    shows: 'This part of the page could not be loaded.',
  },
  {
    name: 'a session that is awaited',
    place: '#/orders',
    answers: { '**/auth/refresh': 'held' },
    shows: 'Opening…',
  },
  {
    name: 'a session that cannot be had',
    place: '#/orders',
    answers: { '**/auth/refresh': failed },
    shows: FAILED,
  },
  {
    name: 'an order placed elsewhere',
    place: '#/orders',
    open: async (page) => {
      await page.locator('.badge.live').waitFor()
      await shop.order(product)
    },
    shows: 'New order',
  },
  {
    name: 'a session that has ended',
    place: '#/orders',
    open: async (page) => {
      await page.locator('.badge.live').waitFor()
      await page.route('**/auth/refresh', (route) => route.fulfill(refuse(401, 'unauthorized')))
      await page.route('**/users?*', (route) => route.fulfill(refuse(401, 'unauthorized')))
      await page.getByRole('link', { name: 'People' }).click()
    },
    shows: 'Sign in again',
    dialog: 'shell.tsx',
  },
  // The last, since it stays cut.
  {
    name: 'no connection',
    place: '#/orders',
    open: async (page) => {
      await page.locator('.badge.live').waitFor()
      await page.routeWebSocket('**/socket.io/**', (line) => line.close())
      await page.reload()
    },
    shows: 'Offline',
  },
]
