/**
 * Loads the production build, then `app.ts`, which measures it. The order matters: the TypeScript loader rewrites each
 * `import()` in the files it loads, after which @fastify/cookie no longer finds its functions in the bundle.
 */
for (const name of ['app.js', 'config.js']) await import(new URL(`../../dist/${name}`, import.meta.url).href)
const { register } = await import('tsx/esm/api')
register()
await import('./app.ts')
