import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { VIEWED_COLUMNS } from '../../catalog/product.js'
import type { ProductView } from '../../contract/product.js'
import { callerOf } from '../../http/caller.js'
import { refusals } from '../../http/refusals.js'
import { fileOf, fileResponse } from '../../http/table-file.js'
import { priceBound } from './price-bound.js'
import { example, productExportQuery } from './schema.js'

/** The columns of a file of products. */
export const PRODUCT_COLUMNS = Object.keys(VIEWED_COLUMNS) as (keyof ProductView)[]

const EXAMPLE = `${PRODUCT_COLUMNS.join(',')}\r\n019aa3c2-7a4e-7c31-9f0e-3f6f0e6f2b11,LAMP-WALNUT,Walnut desk lamp,24.5,40,,"{""color"":""walnut""}",2026-11-22T09:30:00.000Z,2026-11-22T09:30:00.000Z\r\n`

/** The catalogue as a file. */
const exporting: FastifyPluginAsyncTypebox = async (app) => {
  app.addHook('onRoute', app.auth.require('products:export'))

  app.get(
    '/export',
    {
      schema: {
        operationId: 'exportProducts',
        tags: ['products'],
        summary: 'Products as a file',
        description:
          'All products that match, without pages, for `POST /products/import` and for spreadsheets. In CSV, a text that begins like a formula has an apostrophe in front, which the import takes away.',
        querystring: productExportQuery(app.db.money),
        response: {
          200: fileResponse('The products', EXAMPLE, example),
          ...refusals('invalidRequest', 'unauthenticated', 'forbidden', 'rateLimited', 'overloaded'),
        },
      },
    },
    async (request, reply) => {
      const { sku, q, minPrice, maxPrice, inStock, sort, format } = request.query
      const selection = {
        sku,
        q,
        minPrice: priceBound(app.db.money, minPrice),
        maxPrice: priceBound(app.db.money, maxPrice),
        inStock,
        sort,
      }
      const pages = app.catalog.exportProducts(selection, callerOf(request))
      return fileOf(request, reply, { name: 'products', format, columns: PRODUCT_COLUMNS, pages })
    },
  )
}

export default exporting
