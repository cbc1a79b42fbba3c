import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

/**
 * Bundles dist/ into a few files: half of the startup time went into locating and reading a thousand modules. The
 * packages below stay external, because:
 */
const PACKAGES = [
  // They are native or depend on native code.
  'bcrypt',
  'better-sqlite3',
  // They start threads from their own files.
  'pino',
  'piscina',
  // It serves its own static files.
  '@fastify/swagger-ui',
  // They are large and only loaded on demand.
  'ioredis',
  'mariadb',
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
    // Operator commands: they work without development dependencies.
    backup: 'src/backup.ts',
    restore: 'src/restore.ts',
    'new-epoch': 'src/new-epoch.ts',
    copy: 'src/copy.ts',
    user: 'src/user.ts',
    // Entry points for scripts/ and bench/.
    app: 'src/app.ts',
    config: 'src/config.ts',
    database: 'src/db/open.ts',
    client: 'src/client/index.ts',
    'bcrypt-worker': 'src/accounts/passwords/bcrypt-worker.mjs',
  },
  platform: 'node',
  plugins: [wasmAsFile, commonPasswords],
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
