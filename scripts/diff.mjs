/**
 * `npm run db:diff -- <name>` writes the SQLite migration from the existing ones to prisma/models.prisma; `npm run
 * db:diff -- --status <url>` prints a database's migration history and drift as Prisma's engine sees them. Uses
 * Prisma's own schema engine as WebAssembly, so nothing is downloaded.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'

const pkg = resolve('node_modules/@prisma/schema-engine-wasm')
const bindings = await import(join(pkg, 'schema_engine_bg.js'))
const wasm = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(join(pkg, 'schema_engine_bg.wasm'))),
  { './schema_engine_bg.js': bindings },
)
bindings.__wbg_set_wasm(wasm.exports)
wasm.exports.__wbindgen_start()

const dir = 'prisma/sqlite'
const migrations = resolve(dir, 'migrations')
const files = readdirSync(dir)
  .filter((f) => f.endsWith('.prisma'))
  .map((f) => ({ path: f, content: readFileSync(join(dir, f), 'utf8') }))
const filters = { externalTables: [], externalEnums: [] }

function history() {
  return {
    baseDir: migrations,
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(migrations, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: readdirSync(migrations, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
      .map((name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok', value: readFileSync(join(migrations, name, 'migration.sql'), 'utf8') },
        },
      })),
  }
}

/**
 * Works around two incompatibilities of the engine with better-sqlite3: it runs whole scripts through executeRaw, and
 * looks up a partial index by a double-quoted name, which this build of SQLite parses as a column.
 */
function tolerate(adapter) {
  const executeRaw = adapter.executeRaw.bind(adapter)
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.executeRaw = (query) =>
    query.args.length ? executeRaw(query) : adapter.executeScript(query.sql).then(() => 0)
  adapter.queryRaw = (query) =>
    queryRaw({ ...query, sql: query.sql.replace(/name = "(\w+)";$/, "name = '$1'") })
  return adapter
}

class EngineFactory extends PrismaBetterSqlite3 {
  async connect() {
    return tolerate(await super.connect())
  }
  async connectToShadowDb() {
    return tolerate(await super.connectToShadowDb())
  }
}

const open = (url) =>
  bindings.SchemaEngine.new(
    { datamodels: files.map((f) => [f.path, f.content]) },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new EngineFactory({ url })),
  )

const [first, second] = process.argv.slice(2)
if (first === '--status' && second) {
  const engine = await open(second)
  const seen = await engine.diagnoseMigrationHistory({
    migrationsList: history(),
    optInToShadowDatabase: true,
    filters,
  })
  console.log(JSON.stringify(seen))
} else if (first && !first.startsWith('-')) {
  const engine = await open(':memory:')
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...history() },
    to: { tag: 'schemaDatamodel', files, configDir: dir },
    script: true,
    exitCode: null,
    filters,
  })
  if (!stdout || /^-- This is an empty migration/.test(stdout)) {
    console.log('The migrations already make the models: nothing to do.')
  } else {
    const name = `${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${first}`
    mkdirSync(join(migrations, name))
    writeFileSync(join(migrations, name, 'migration.sql'), stdout)
    console.log(`prisma/sqlite/migrations/${name}/migration.sql: read it, and write MySQL's beside it.`)
  }
} else {
  console.error('usage: npm run db:diff -- <name> | --status <file:url>')
  process.exit(2)
}
process.exit(0)
