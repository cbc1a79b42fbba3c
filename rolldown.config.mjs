import { defineConfig } from 'rolldown'

/**
 * dist/ as few files: of what the program loads at its start, half the time went into finding and reading a thousand. What
 * stays a package of its own, and why:
 */
const PACKAGES = [
  // It is compiled, or brings what is.
  'bcrypt',
  'better-sqlite3',
  // It starts threads from files of its own.
  'pino',
  'piscina',
  // It serves files of its own.
  '@fastify/swagger-ui',
  // It is large, and loaded by those alone who need it.
  '@zxcvbn-ts/language-common',
  'ioredis',
  'mariadb',
  // It is the listener's own.
  'socket.io-client',
]

const WASM_TEXT = /[\\/]([^\\/]+\.wasm)-base64\.mjs$/

/** Prisma's compiler is text in a module, which would be kept for good, as source and as string, beside what is made of it. */
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

export default defineConfig({
  input: {
    server: 'src/server.ts',
    // What operators run: they work where there are no development dependencies too.
    backup: 'src/backup.ts',
    restore: 'src/restore.ts',
    'new-epoch': 'src/new-epoch.ts',
    // What scripts/ and bench/ take of it.
    app: 'src/app.ts',
    config: 'src/config.ts',
    database: 'src/db/open.ts',
    client: 'src/client/index.ts',
    'bcrypt-worker': 'src/accounts/bcrypt-worker.mjs',
  },
  platform: 'node',
  plugins: [wasmAsFile],
  tsconfig: false,
  external: PACKAGES.map((name) => new RegExp(`^${name}(/|$)`)),
  output: {
    dir: 'dist',
    // All in one folder: what looks for files beside itself finds them from src/ and from here.
    entryFileNames: ({ name, facadeModuleId }) => name + (facadeModuleId?.endsWith('.mjs') ? '.mjs' : '.js'),
    chunkFileNames: '[name]-[hash].js',
    // V8 keeps a file in two bytes a character where a single one is beyond Latin-1.
    charset: 'ascii',
    // Lines and names stay what they are, so that a stack trace can be read; with --enable-source-maps, as of src/.
    sourcemap: true,
    comments: false,
  },
})
