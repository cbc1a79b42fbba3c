import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

/**
 * Bundles dist/ into a few files: half of the startup time went into locating and reading a thousand modules. The
 * packages below stay external, because:
 */
const PACKAGES = [
  // It is native.
  'bcrypt',
  // They start threads from their own files.
  'pino',
  'piscina',
  // It serves its own static files.
  '@fastify/swagger-ui',
  // They are large and only loaded on demand.
  'ioredis',
  'mariadb',
  'undici',
  // It belongs to the client's application.
  'socket.io-client',
]

const WASM_TEXT = /[\\/]([^\\/]+\.wasm)-base64\.mjs$/

/**
 * Prisma's query compiler is base64 text in a module, which would stay in memory as source and as string besides the
 * compiled result.
 */
const wasmAsFile = {
  name: 'wasm-as-file',
  load: {
    filter: { id: WASM_TEXT },
    async handler(id) {
      const fileName = id.match(WASM_TEXT)[1]
      const { wasm } = await import(id)
      this.emitFile({ type: 'asset', fileName, source: Buffer.from(wasm, 'base64') })
      return `import { readFileSync } from 'node:fs'
        export const wasm = readFileSync(new URL('./${fileName}', import.meta.url))`
    },
  },
}

/** Loads the SQLite driver by a copy of drivers/better-sqlite3, so that an installed package finds it in dist/. */
const sqliteDriver = {
  name: 'sqlite-driver',
  buildStart() {
    const file = new URL('./drivers/better-sqlite3/index.js', import.meta.url)
    this.emitFile({ type: 'asset', fileName: 'better-sqlite3.cjs', source: readFileSync(file) })
  },
  load: {
    filter: { id: /[\\/]better-sqlite3[\\/]index\.js$/ },
    handler: () => `import { createRequire } from 'node:module'
      export default createRequire(import.meta.url)('./better-sqlite3.cjs')`,
  },
}

/** Copies the list of common passwords, which is read on demand. */
const commonPasswords = {
  name: 'common-passwords',
  buildStart() {
    const fileName = 'common-passwords.txt'
    const file = new URL(`./src/accounts/passwords/${fileName}`, import.meta.url)
    this.emitFile({ type: 'asset', fileName, source: readFileSync(file) })
  },
}

export default defineConfig({
  input: {
    server: 'src/server.ts',
    // The command line, which works without development dependencies.
    stockroom: 'src/stockroom.ts',
    // Entry points for bench/.
    app: 'src/app.ts',
    config: 'src/config.ts',
    // What the package exports.
    index: 'src/index.ts',
    client: 'src/client/index.ts',
    // Scripts of threads.
    'bcrypt-worker': 'src/accounts/passwords/bcrypt-worker.mjs',
    'delivery-thread': 'src/webhooks/delivery-thread.ts',
  },
  platform: 'node',
  plugins: [wasmAsFile, sqliteDriver, commonPasswords],
  tsconfig: false,
  external: PACKAGES.map((name) => new RegExp(`^${name}(/|$)`)),
  output: {
    dir: 'dist',
    // All in one folder: code that locates files relative to itself works from src/ and from here.
    entryFileNames: ({ name, facadeModuleId }) => name + (facadeModuleId?.endsWith('.mjs') ? '.mjs' : '.js'),
    chunkFileNames: '[name]-[hash].js',
    // V8 stores a source file as two bytes per character if a single one is outside Latin-1.
    charset: 'ascii',
    // Lines and names are kept for readable stack traces; with --enable-source-maps they refer to src/.
    sourcemap: true,
    comments: false,
  },
})
