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
  '@prisma/client/runtime/*.wasm-base64.mjs',
  '@zxcvbn-ts/language-common',
  'ioredis',
  'mariadb',
  // It is the listener's own.
  'socket.io-client',
]

export default defineConfig({
  input: {
    server: 'src/server.ts',
    // What scripts/ and bench/ take of it.
    app: 'src/app.ts',
    config: 'src/config.ts',
    database: 'src/db/open.ts',
    client: 'src/client/index.ts',
    'bcrypt-worker': 'src/accounts/bcrypt-worker.mjs',
  },
  platform: 'node',
  tsconfig: false,
  external: PACKAGES.map((name) => new RegExp(`^${name.replaceAll('.', '\\.').replace('*', '.*')}(/|$)`)),
  output: {
    dir: 'dist',
    // All in one folder: what looks for files beside itself finds them from src/ and from here.
    entryFileNames: ({ name, facadeModuleId }) => name + (facadeModuleId?.endsWith('.mjs') ? '.mjs' : '.js'),
    chunkFileNames: '[name]-[hash].js',
    // Lines and names stay what they are, so that a stack trace can be read; with --enable-source-maps, as of src/.
    sourcemap: true,
    comments: false,
  },
})
