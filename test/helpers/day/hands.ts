import type { Locator, Page } from 'playwright-core'

/** A file to choose. */
export interface Payload {
  name: string
  mimeType: string
  buffer: Buffer
}

/** The ways to use the dashboard that a day needs. */
export interface Hand {
  /** Opens a view: its name in the menu, and its place there; 0 for the account. */
  go(view: string, place: number): Promise<void>
  /** Searches a list until `result` is shown. */
  find(text: string, result: Locator): Promise<void>
  /** Follows a link, presses a button or opens a menu. */
  activate(target: Locator): Promise<void>
  /** Replaces the text of a field. */
  fill(field: Locator, text: string): Promise<void>
  /** Leaves a field whose text is complete by `button`, or by the key that stands for it. */
  submit(button: Locator): Promise<void>
  choose(field: Locator, option: string): Promise<void>
  giveFile(field: Locator, file: Payload): Promise<void>
  /** Selects every row of the list of orders. */
  selectAll(): Promise<void>
  /** Moves the selection along by `button`, or by its key. */
  move(button: Locator, key: string): Promise<void>
  /** Takes a held change back. */
  undo(): Promise<void>
  /** Closes the panel or dialog over a list. */
  close(): Promise<void>
}

/** How far away something may be. A person who has to press Tab more often gives up. */
const MOST_TABS = 20

/** Returns a count of the events of `type`, which a hand must not cause. */
async function countEvents(page: Page, type: string): Promise<() => Promise<number>> {
  await page.addInitScript(`window.foreign = 0; addEventListener('${type}', () => window.foreign++, true)`)
  return () => page.evaluate<number>('window.foreign')
}

/** Makes file choosers wait for a test. Otherwise one that opens before the test waits for it is cancelled. */
const interceptFileChoosers = (page: Page) => page.on('filechooser', () => undefined)

/** Uses keys alone. */
export async function keysOnly(page: Page) {
  interceptFileChoosers(page)
  const press = (key: string) => page.keyboard.press(key)
  const focused = page.locator(':focus')
  const has = async (found: Locator) => (await found.count()) > 0
  async function reach(target: Locator): Promise<void> {
    await target.waitFor()
    if (await has(target.locator('xpath=ancestor::*[@class="bulk"]'))) await press('b')
    for (let tabs = 0; !(await has(target.and(focused))); tabs++) {
      if (tabs === MOST_TABS) throw new Error(`${target} is more than ${MOST_TABS} tabs away`)
      const isBehind = await has(target.locator('xpath=following::*').and(focused))
      await press(isBehind ? 'Shift+Tab' : 'Tab')
    }
  }
  const hand: Hand = {
    async go(view, place) {
      await press(String(place))
      await page.getByRole('heading', { level: 1, name: view }).waitFor()
      // The heading is there before the code of the view.
      await page.getByText('Loading…', { exact: true }).waitFor({ state: 'detached' })
    },
    async find(text, result) {
      await press('/')
      await page.keyboard.type(text)
      await result.waitFor()
      await press('ArrowDown')
    },
    async activate(target) {
      await reach(target)
      await press('Enter')
    },
    async fill(field, text) {
      await reach(field)
      await press('Control+A')
      await page.keyboard.type(text)
    },
    submit: () => press('Enter'),
    async choose(field, option) {
      await reach(field)
      await page.keyboard.type(option)
    },
    async giveFile(field, file) {
      await reach(field)
      const chooser = page.waitForEvent('filechooser')
      await press('Space')
      await (await chooser).setFiles(file)
    },
    selectAll: () => press('a'),
    move: (_button, key) => press(key),
    undo: () => press('z'),
    close: () => press('Escape'),
  }
  return { hand, slips: await countEvents(page, 'pointerdown') }
}

/** Uses the mouse alone. Text arrives in fields without keys, and lists of options are the browser's own. */
export async function mouseOnly(page: Page) {
  interceptFileChoosers(page)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const hand: Hand = {
    go: (view) =>
      page
        .locator('.side')
        .getByRole('link', { name: new RegExp(`^${view}`) })
        .click(),
    async find(text, result) {
      await page.getByRole('searchbox').click()
      await page.getByRole('searchbox').fill(text)
      await result.waitFor()
    },
    activate: (target) => target.click(),
    async fill(field, text) {
      await field.click()
      await field.fill(text)
    },
    submit: (target) => target.click(),
    async choose(field, option) {
      await field.selectOption(option)
    },
    async giveFile(field, file) {
      const chooser = page.waitForEvent('filechooser')
      await field.click()
      await (await chooser).setFiles(file)
    },
    selectAll: () => page.getByRole('checkbox', { name: 'Select all loaded orders' }).click(),
    move: (target) => target.click(),
    undo: () => button('Undo').click(),
    close: () => button('Close').click(),
  }
  return { hand, slips: await countEvents(page, 'keydown') }
}
