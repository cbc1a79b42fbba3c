import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { escapeHtml } from '../escape-html.js'
import { fileOf, type PageFile, send } from './docs-files.js'
import { SCRIPT } from './docs-script.js'
import { THEME } from './docs-theme.js'

const SWAGGER_UI = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')

async function readAssets(): Promise<Map<string, PageFile>> {
  // The address changes with the content.
  const forever = 'public, max-age=31536000, immutable'
  const own = (name: string) => readFile(join(SWAGGER_UI, name))
  return new Map([
    ['swagger-ui.css', fileOf('text/css', await own('swagger-ui.css'), forever)],
    ['theme.css', fileOf('text/css', THEME, forever)],
    ['swagger-ui-bundle.js', fileOf('text/javascript', await own('swagger-ui-bundle.js'), forever)],
    ['page.js', fileOf('text/javascript', SCRIPT, forever)],
  ])
}

const pageOf = (base: string, title: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${base}/swagger-ui.css">
<link rel="stylesheet" href="${base}/theme.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}/swagger-ui-bundle.js"></script>
<script src="${base}/page.js"></script>
</body>
</html>
`

interface PageOptions {
  /** Prefix of the pages, within the program. */
  prefix: string
  /** The path below which clients find the program; empty at the root. */
  basePath: string
  title: string
  policy: string
}

/** Adds the page that shows the description of `pages` by Swagger UI, its files, and the description as JSON and YAML. */
export async function addPage(pages: FastifyInstance, { prefix, basePath, title, policy }: PageOptions) {
  const assets = await readAssets()
  const digest = createHash('sha256')
  for (const { etag } of assets.values()) digest.update(etag)
  const folder = `${prefix}/static/${digest.digest('hex').slice(0, 12)}`
  const page = fileOf('text/html', pageOf(basePath + folder, title))
  let json: PageFile | undefined
  let yaml: PageFile | undefined

  pages.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', policy)
  })
  const hidden = { schema: { hide: true } }
  pages.get(prefix, hidden, (request, reply) => send(page, request, reply))
  pages.get(`${prefix}/json`, hidden, (request, reply) => {
    json ??= fileOf('application/json', JSON.stringify(pages.swagger()))
    return send(json, request, reply)
  })
  // Made apart from the JSON, which is what most clients ask for: writing YAML takes longer than all else.
  pages.get(`${prefix}/yaml`, hidden, (request, reply) => {
    yaml ??= fileOf('application/x-yaml', pages.swagger({ yaml: true }))
    return send(yaml, request, reply)
  })
  for (const [name, file] of assets)
    pages.get(`${folder}/${name}`, hidden, (request, reply) => send(file, request, reply))
}
