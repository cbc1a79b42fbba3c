/** Tells the test runners which mutants are in the sample, and prints the progress of a run of them. */
import { writeFileSync } from 'node:fs'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { isSurvivor } from './describe.mjs'
import { sampleOf } from './sample.mjs'

const LINE_EVERY = 10

class Sampler {
  #ids = new Set()
  #tested = 0
  #survived = 0

  onMutationTestingPlanReady({ mutantPlans }) {
    const sample = sampleOf(
      mutantPlans.map(({ mutant }) => mutant),
      JSON.parse(process.env.MUTATION_SAMPLE),
    )
    this.#ids = new Set(sample.map(({ id }) => id))
    writeFileSync(process.env.MUTATION_SAMPLE_FILE, JSON.stringify([...this.#ids]))
  }

  onMutantTested(mutant) {
    if (!this.#ids.has(mutant.id)) return
    this.#tested++
    if (isSurvivor(mutant)) this.#survived++
    if (this.#tested % LINE_EVERY === 0)
      console.log(`${this.#tested} of ${this.#ids.size} tested, ${this.#survived} survived`)
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'sampler', Sampler)]
