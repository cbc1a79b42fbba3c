import { createHash } from 'node:crypto'

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; }
dt { font-weight: 600; margin-top: 1rem; } dd { margin: 0; }
`

/** The policy of the page: nothing but its own style, which is named by its digest. */
export const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')

/** The page behind the server's address in a browser. */
export const pageOf = (version: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Stockroom</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Stockroom ${version}</h1>
<p>Orders and inventory. The server is running.</p>
<dl>
<dt><a href="/admin">Dashboard</a></dt><dd>Orders, inventory and takings, for admins and staff.</dd>
<dt><a href="/docs">API</a></dt><dd>Every route, with examples. As OpenAPI: <a href="/docs/json">/docs/json</a>, and of the live events as AsyncAPI: <a href="/docs/asyncapi.json">/docs/asyncapi.json</a></dd>
<dt><a href="/health/ready">Health</a></dt><dd>Whether the server takes requests.</dd>
</dl>
</body>
</html>
`
