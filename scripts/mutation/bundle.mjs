/** Bundles a folder's test files with the sources as mutated by Stryker, in its copy of the checkout. */
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { bundleInput, testFiles } from '../test/bundle.mjs'
import { chosenTests } from './folders.mjs'

const recorder = resolve(import.meta.dirname, 'recorder.mjs')
const recorded = {
  name: 'recorded',
  resolveId: { filter: { id: /^tap$/ }, handler: () => ({ id: recorder, external: true }) },
}

const files = chosenTests(testFiles())
const { plugins, output, ...input } = await bundleInput(files)
const bundle = await rolldown({ ...input, plugins: [recorded, ...plugins] })
await bundle.write({ ...output, dir: join('.tap', 'mutated'), entryFileNames: '[name].js' })
await bundle.close()
