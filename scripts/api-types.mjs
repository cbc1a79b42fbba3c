/**
 * Writes src/generated/api.ts, the types of the API for src/client: `node scripts/api-types.mjs`. Its OpenAPI document comes
 * from the program, started on an empty database.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { tsImport } from 'tsx/esm/api'

const out = fileURLToPath(new URL('../src/generated/api.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'stockroom-types-'))
try {
  const { buildApp } = await tsImport('../src/app.ts', import.meta.url)
  const { loadConfig } = await tsImport('../src/config.ts', import.meta.url)
  const settings = { DATABASE_URL: `file:${join(folder, 'shop.db')}`, LOG_LEVEL: 'silent', ADMIN_EMAIL: '' }
  const app = buildApp(loadConfig(settings))
  const { body } = await app.inject('/docs/json')
  await app.close()
  const text = `// Generated from the OpenAPI document by scripts/api-types.mjs.\n${astToString(await openapiTS(body))}`
  if (!existsSync(out) || readFileSync(out, 'utf8') !== text) writeFileSync(out, text)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
