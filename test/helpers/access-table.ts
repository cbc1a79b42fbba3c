import type { RouteOptions } from 'fastify'
import type { App } from '../../src/app.js'
import { type Scope, scopes } from '../../src/contract/api-key.js'
import { roles } from '../../src/contract/user.js'

/** The kinds of callers, one column of the table each. */
export const callers = ['anonymous', ...roles.slice(0, 1), 'owner', ...roles.slice(1)] as const
export type Caller = (typeof callers)[number]

/** The access to one operation. */
export interface AccessRow {
  /** `METHOD /path/{id}`. */
  operation: string
  permission: string
  /** By caller: a status of refusal, or the rows covered by the operation: `own`, `all`, or those of a `token`. */
  cells: Record<Caller, string>
  /** The scopes with which an API key may call it; all, if it requires no permission. */
  scopes: readonly Scope[]
}

/** Collects the routes of `app`, which must not be ready yet. @returns a function to get them once it is */
export function collectRoutes(app: App): () => RouteOptions[] {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    if (!route.schema?.hide && route.method !== 'HEAD') routes.push(route)
  })
  return () => routes
}

/** Whether the description of `route` admits requests without credentials. */
const isOpen = ({ schema }: RouteOptions) =>
  schema?.security?.every((scheme) => Object.keys(scheme).length > 0) === false ||
  schema?.security?.length === 0

function cellOf(app: App, { url, config, schema }: RouteOptions, caller: Caller): string {
  const permission = config?.access
  if (!permission) return schema?.security?.some((scheme) => 'refreshCookie' in scheme) ? 'token' : 'all'
  const role = roles.find((each) => each === (caller === 'owner' ? 'customer' : caller))
  if (!role) return '401'
  const principal = { sub: '', sid: '', role, exp: 0 }
  if (!app.auth.access.may(principal, permission)) return '403'
  const rows = config.rows
  if (rows === undefined || (rows !== 'own' && app.auth.access.may(principal, rows))) return 'all'
  return url.includes(':') && caller !== 'owner' ? '404' : 'own'
}

/** Returns the scopes admitting an API key to `route`. */
const scopesOf = (app: App, { config }: RouteOptions) =>
  scopes.filter((scope) => {
    const principal = { keyId: '', ownerId: '', scopes: [scope], exp: 0 }
    return !config?.access || app.auth.access.may(principal, config.access)
  })

/**
 * Returns the access to each route, by its declarations.
 * @throws Error for a route that neither requires a permission nor is described as open
 */
export function accessTable(app: App, routes: RouteOptions[]): AccessRow[] {
  return routes.map((route) => {
    const operation = `${route.method} ${route.url.replaceAll(/:(\w+)/g, '{$1}')}`
    if (!route.config?.access && !isOpen(route))
      throw new Error(`${operation}: add app.addHook('onRoute', app.auth.require(…)) to its scope`)
    const cells = Object.fromEntries(callers.map((caller) => [caller, cellOf(app, route, caller)]))
    return {
      operation,
      permission: route.config?.access ?? '',
      cells: cells as AccessRow['cells'],
      scopes: scopesOf(app, route),
    }
  })
}

/** Formats the table as in docs/security.md. */
export function printTable(rows: AccessRow[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['operation', 'permission', ...callers, 'API keys with']),
    line(Array(callers.length + 3).fill('---')).replaceAll(' ', ''),
    ...rows.map((row) =>
      line([
        `\`${row.operation}\``,
        row.permission && `\`${row.permission}\``,
        ...callers.map((caller) => row.cells[caller]),
        row.permission ? row.scopes.map((scope) => `\`${scope}\``).join(' ') : row.cells.anonymous,
      ]),
    ),
  ].join('\n')
}
