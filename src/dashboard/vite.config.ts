import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const outDir = fileURLToPath(new URL('../../dist/dashboard', import.meta.url))
const MIN_COMPRESSED_BYTES = 512

/** Writes gzip and Brotli copies of each asset, so the server never compresses at run time. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = join(outDir, 'assets')
    for (const name of readdirSync(assets)) {
      const content = readFileSync(join(assets, name))
      if (content.length < MIN_COMPRESSED_BYTES) continue
      writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }))
      const params = { [zlib.BROTLI_PARAM_SIZE_HINT]: content.length }
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content, { params }))
    }
  },
}

export default defineConfig({
  base: '/admin/',
  // The tsconfig of this folder maps JSX to Preact.
  plugins: [compressed],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy forbids inline scripts and style attributes.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
