import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const api = process.env.SHOP_API ?? 'http://127.0.0.1:3000'

// Vite passes on what is the shop's, so page and API have one origin, as behind a proxy, and cookies sign in.
const passed = { target: api, ws: true }

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: {
    alias: { 'stockroom/client': fileURLToPath(new URL('../../src/client/index.ts', import.meta.url)) },
  },
  build: { target: 'es2022' },
  server: { proxy: { '^/(auth|products|orders|socket.io)': passed } },
  preview: { proxy: { '^/(auth|products|orders|socket.io)': passed } },
})
