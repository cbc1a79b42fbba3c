import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Page } from 'playwright-core'
import t from 'tap'
import { admin, launch, noBrowser, openShop, PATIENCE_MS, until } from '../helpers/browser.js'
import { noRateLimits } from '../helpers/process.js'

/** Follows the log by an EventSource, and lists the received events in the page's title. */
const FOLLOW = `{
  const seen = []
  const note = (text) => { seen.push(text); document.title = seen.join(' ') }
  const stream = new EventSource('/events/stream?view=admin')
  stream.addEventListener('ready', ({ data }) => note('ready:' + JSON.parse(data).recovered))
  stream.addEventListener('product:created', ({ data, lastEventId }) => {
    const event = JSON.parse(data)
    note(event.data.name + ':' + lastEventId.endsWith(':' + event.offset))
  })
  undefined
}`

/** Returns the events received by the page. */
const seenBy = (page: Page) => page.title()

t.test(
  'an EventSource in a browser follows by its cookie, and resumes over a restart',
  { skip: noBrowser },
  async (t) => {
    const shop = await openShop(t, noRateLimits)
    const browser = await launch(t)
    const context = await browser.newContext()
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.goto(`${shop.server.url}/admin`)
    await page.evaluate(async (credentials) => {
      const answer = await fetch('/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(credentials),
      })
      if (!answer.ok) throw new Error(`sign-in: ${answer.status}`)
    }, admin)
    await page.evaluate(FOLLOW)
    await until(async () => (await seenBy(page)) === 'ready:false')
    await shop.call('POST', '/products', { name: 'Mug', price: 1, stock: 1 })
    await until(async () => (await seenBy(page)) === 'ready:false Mug:true')
    await shop.restart()
    await shop.call('POST', '/products', { name: 'Jug', price: 1, stock: 1 })
    await until(async () => /Jug/.test(await seenBy(page)) && /ready:true/.test(await seenBy(page)))
    const titles = (await seenBy(page)).split(' ')
    t.same(titles.toSorted(), ['Jug:true', 'Mug:true', 'ready:false', 'ready:true'], 'nothing twice')
  },
)

t.test('curl -N shows events as they happen', async (t) => {
  const shop = await openShop(t, noRateLimits)
  const curl = spawn('curl', ['-sN', `${shop.server.url}/events/stream?view=inventory`])
  t.teardown(() => curl.kill())
  let text = ''
  const until = async (part: string) => {
    while (!text.includes(part)) text += String((await once(curl.stdout, 'data'))[0])
  }
  await until('event: ready')
  await shop.call('POST', '/products', { name: 'Bowl', price: 1, stock: 1 })
  await until('"name":"Bowl"')
  t.match(text, /id: \w+:\d+\nevent: product:created\ndata: \{.*\}\n\n/)
})
