const { dirname } = require('node:path')

// Two releases of better-sqlite3 are installed, because neither runs on every supported version of Node:
//
// - 13 is built on Node-API 10 and brings binaries that run on every later Node, so nothing is compiled. Node 20, and 22
//   before 22.14, have Node-API 9 at most, on which it crashes (https://github.com/WiseLibs/better-sqlite3/issues/1514).
// - 12 is built on V8's own interface, for one version of Node. Compiled with the headers of Node 24.19 or later it aborts
//   when a statement is garbage collected (https://github.com/nodejs/node/issues/65446).
const release = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3-12'

/** Returns the command that installs the driver: the package may be there without its binary, or be left out by npm. */
function commandFor(error) {
  if (error.code === 'MODULE_NOT_FOUND') return 'npm install --ignore-scripts=false'
  if (release === 'better-sqlite3-12') return `npm rebuild --ignore-scripts=false ${release}`
  return `npm run build-release --prefix ${dirname(require.resolve(`${release}/package.json`))}`
}

function load() {
  try {
    const Database = require(release)
    new Database(':memory:').close() // it loads its binary with the first database
    return Database
  } catch (error) {
    // better-sqlite3 goes on with a list of the paths that it tried.
    const reason = String(error.message)
      .split('\n', 1)[0]
      .replace(/[.\s]*(Tried:)?\s*$/, '')
    const message = `the SQLite driver (${release}) does not load: ${reason}`
    const cure = `Use Node 24 on Linux, macOS or Windows (x64, arm64), which needs no compiler, and install again. With another, install python3, make and g++, and then run: ${commandFor(error)} (compiling takes a minute or two). Or set DATABASE_URL to a MySQL or MariaDB server, which needs no SQLite driver.`
    throw Object.assign(new Error(`${message}. ${cure}`, { cause: error }), { finding: { message, cure } })
  }
}

module.exports = load()
