import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { read, root } from '../helpers/pages.js'

const FOLDERS = '.ci .github bench demo deploy docs drivers prisma scripts src test'.split(' ')
const isPage = (path: string) => path.endsWith('.md') && !path.includes('node_modules')

/** Every Markdown file of the repository. */
const PAGES = [
  ...readdirSync(root),
  ...FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
      `${folder}/${path}`.replaceAll('\\', '/'),
    ),
  ),
].filter(isPage)

/** The text of a page without its fenced code. */
const proseOf = (page: string) => read(page).replaceAll(/^ *```[\s\S]*?^ *```/gm, '')

/** GitHub's anchors for the headings of a page. */
const anchorsOf = (page: string) =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

t.test('every relative link leads to a file, and its anchor to a heading', async (t) => {
  let links = 0
  for (const page of PAGES)
    for (const [, target = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      links++
      const [path, anchor] = target.split('#')
      const file = path ? normalize(join(dirname(page), path)).replaceAll('\\', '/') : page
      t.ok(existsSync(join(root, file)), `${page}: ${target}`)
      if (anchor !== undefined) t.ok(anchorsOf(file).includes(anchor), `${page}: ${target}`)
    }
  t.ok(links > 150, `${links} links`)
})

t.test('every path in backticks exists', async (t) => {
  const path = new RegExp(`(?<=\`)(?:${FOLDERS.join('|').replaceAll('.', '\\.')})/[\\w./-]*(?=[\`: ])`, 'g')
  let paths = 0
  for (const page of PAGES)
    for (const [named] of proseOf(page).matchAll(path)) {
      paths++
      t.ok(existsSync(join(root, named)), `${page}: ${named}`)
    }
  t.ok(paths > 100, `${paths} paths`)
})
