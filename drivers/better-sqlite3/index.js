// Two releases of better-sqlite3 are installed, because neither runs on every supported version of Node:
//
// - 13 is built on Node-API 10 and brings binaries that run on every later Node, so nothing is compiled. Node 20, and 22
//   before 22.14, have Node-API 9 at most, on which it crashes (https://github.com/WiseLibs/better-sqlite3/issues/1514).
// - 12 is built on V8's own interface, for one version of Node. Compiled with the headers of Node 24.19 or later it aborts
//   when a statement is garbage collected (https://github.com/nodejs/node/issues/65446).
const release = Number(process.versions.napi) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3-12'

function load() {
  try {
    const Database = require(release)
    new Database(':memory:').close() // it loads its binary with the first database
    return Database
  } catch (error) {
    const [reason] = String(error.message).split('\n')
    throw new Error(
      `the SQLite driver (${release}) is not installed: ${reason} Node 24 on Linux, macOS and Windows (x64, arm64) needs no compiler. With another, install python3, make and g++, and then run npm install --ignore-scripts=false again. With DATABASE_URL=mysql://… no SQLite driver is needed.`,
      { cause: error },
    )
  }
}

module.exports = load()
