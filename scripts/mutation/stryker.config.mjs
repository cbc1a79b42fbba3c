/** Stryker settings shared by all folders: https://stryker-mutator.io/docs/stryker-js/configuration/ */
export default {
  testRunner: 'files',
  plugins: ['runner', 'ignore-texts', 'sampler', 'survivors'].map((name) => `./scripts/mutation/${name}.mjs`),
  ignorers: ['texts'],
  buildCommand: 'node scripts/mutation/bundle.mjs',
  coverageAnalysis: 'perTest',
  ignorePatterns: [
    '/dist',
    '/data',
    '/backups',
    '/bench/results',
    '/screenshots',
    '/.tap',
    '/docs/*.webp',
    '*.db',
  ],
  tempDirName: '.stryker-tmp',
  reporters: ['progress-append-only'],
  // The runner judges by processor time; this limit, in elapsed time, must not fire first on a busy machine.
  timeoutMS: 300_000,
  // Of all tests of a folder, one after another: five minutes, the default, are too few on a busy machine.
  dryRunTimeoutMinutes: 60,
  allowEmpty: true,
  disableTypeChecks: true,
  checkers: [],
}
