/** Prints each survivor as soon as it is found: a run may take hours. */
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { describe, isSurvivor } from './describe.mjs'

class Survivors {
  onMutantTested(mutant) {
    if (isSurvivor(mutant)) console.log(describe(mutant))
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors)]
