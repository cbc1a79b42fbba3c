/** The MySQL or MariaDB server on which tests and benchmarks create databases. */
import { type Connection, createConnection } from 'mariadb'
import { parseServerUrl } from '../src/db/mysql/url.js'

const CONNECT_TIMEOUT_MS = 2_000

/** URL of the server, with the user for creating the databases. */
export const serverUrl = process.env.TEST_MYSQL_URL || 'mysql://root@127.0.0.1:3306'

/** Returns the URL of a database on the server. */
export const databaseUrlOf = (name: string) => new URL(`/${name}`, serverUrl).href

/** Connects to the server, without a database. Rejects if none answers. */
export function connectToServer(): Promise<Connection> {
  const { host, port, user, password, tls } = parseServerUrl(serverUrl)
  return createConnection({
    host,
    port,
    user,
    password,
    ssl: tls ?? false,
    connectTimeout: CONNECT_TIMEOUT_MS,
  })
}
