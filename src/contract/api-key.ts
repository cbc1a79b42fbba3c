/** What an API key may be used for. */
export const scopes = [
  'products:read',
  'products:write',
  'orders:read',
  'orders:write',
  'events:read',
  'users:read',
  'users:write',
  'webhooks:write',
] as const
export type Scope = (typeof scopes)[number]

/** An API key as admins see it: never the key itself. */
export interface ApiKeyView {
  id: string
  name: string
  /** The beginning of the key, to tell keys apart. */
  prefix: string
  scopes: Scope[]
  createdAt: string
  lastUsedAt: string | null
  expiresAt: string | null
}

/** The answer to the creation or rotation of a key, which shows the key once. */
export interface NewApiKeyView extends ApiKeyView {
  key: string
}
