import { readFileSync, writeFileSync } from 'node:fs'
import { defineConfig } from 'prisma/config'

const url = process.env.DATABASE_URL || 'file:./data/stockroom.db'
const provider = process.env.DATABASE_PROVIDER ?? (/^(mysql|mariadb):/.test(url) ? 'mysql' : 'sqlite')

// One set of models for both databases: a `// mysql: @db.X` comment becomes a MySQL-only attribute.
const models = readFileSync('prisma/models.prisma', 'utf8')
writeFileSync(
  `prisma/${provider}/models.prisma`,
  `// Made from ../models.prisma by prisma.config.ts: edit that file.\n${
    provider === 'mysql' ? models.replace(/\/\/ mysql: (.*)$/gm, '$1') : models
  }`,
)

// generate, validate and format never run the schema engine, yet the CLI insists on downloading it first. Any
// existing path satisfies it; `prisma migrate` is unaffected and fetches the real one.
if (process.argv.some((a) => ['generate', 'validate', 'format'].includes(a))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
}

export default defineConfig({
  schema: `prisma/${provider}`,
  migrations: { path: `prisma/${provider}/migrations` },
  datasource: { url },
})
