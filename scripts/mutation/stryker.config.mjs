/** Stryker settings shared by all folders: https://stryker-mutator.io/docs/stryker-js/configuration/ */
export default {
  testRunner: 'files',
  plugins: ['./scripts/mutation/runner.mjs', './scripts/mutation/ignore-texts.mjs'],
  ignorers: ['texts'],
  buildCommand: 'node scripts/mutation/bundle.mjs',
  coverageAnalysis: 'perTest',
  ignorePatterns: ['dist', 'data', 'backups', 'bench/results', 'screenshots', '.tap', 'docs', '*.db'],
  tempDirName: '.stryker-tmp',
  reporters: ['progress-append-only'],
  timeoutMS: 10_000,
  allowEmpty: true,
  disableTypeChecks: true,
  checkers: [],
}
