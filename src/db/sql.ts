/** Parametrised SQL templates. The generated clients export the same as `Prisma.sql`, one copy each. */
export { empty, join, raw, Sql, sqltag as sql } from '@prisma/client/runtime/client'
