import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const outDir = fileURLToPath(new URL('../../dist/dashboard', import.meta.url))
const SMALLEST_COMPRESSED = 512

/** Writes each file of the build compressed as well, so that the server has only to choose. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = join(outDir, 'assets')
    for (const name of readdirSync(assets)) {
      const content = readFileSync(join(assets, name))
      if (content.length < SMALLEST_COMPRESSED) continue
      writeFileSync(join(assets, `${name}.gz`), gzipSync(content, { level: 9 }))
      const params = { [zlib.BROTLI_PARAM_SIZE_HINT]: content.length }
      writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content, { params }))
    }
  },
}

export default defineConfig({
  base: '/admin/',
  // JSX goes to Preact by the tsconfig of this folder.
  plugins: [compressed],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy allows no script in the page and no style in an attribute.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
