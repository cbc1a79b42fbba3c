/** Composing parametrised SQL. The generated clients export the same as `Prisma.sql`, each its own. */
export { empty, join, raw, Sql, sqltag as sql } from '@prisma/client/runtime/client'
