/** Prints each survivor as soon as it is found: a run may take hours. */
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { describe, isSurvivor } from './describe.mjs'
import { sampledIds } from './sample.mjs'

class Survivors {
  #sample

  onMutantTested(mutant) {
    this.#sample ??= sampledIds()
    if (isSurvivor(mutant) && (!this.#sample || this.#sample.has(mutant.id))) console.log(describe(mutant))
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors)]
