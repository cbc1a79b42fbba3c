/** Writes the type declarations of the package: one file for each exported module. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateDtsBundle } from 'dts-bundle-generator'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The exported modules, by the name of their file in dist/. */
const MODULES = { index: 'src/embedding/public-types.ts', client: 'src/client/index.ts' }

/** Bundled packages, whose types are bundled too. */
const INLINED = ['openapi-fetch', 'openapi-typescript-helpers']

/** @param {string} folder where dist/ is */
export async function writeTypes(folder) {
  const entries = Object.values(MODULES).map((file) => ({
    filePath: join(root, file),
    libraries: { inlinedLibraries: INLINED },
    output: { noBanner: true, exportReferencedTypes: false },
  }))
  const texts = generateDtsBundle(entries, { preferredConfigPath: join(root, 'tsconfig.json') })
  for (const [at, name] of Object.keys(MODULES).entries())
    writeFileSync(join(folder, `${name}.d.ts`), texts[at])
}
