import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import type { ImportReport as ImportedReport } from '../../catalog/files/import-products.js'
import { fileTooLarge, MAX_FILE_BYTES } from '../../catalog/files/lines.js'
import type { FileFormat } from '../../catalog/files/read-products.js'
import { sessionEnded } from '../../errors.js'
import { codingRefusal, unsupported } from '../../http/body-coding.js'
import { clientLeft } from '../../http/client-left.js'
import { faultsOf } from '../../http/field-faults.js'
import { refusals, unreadable } from '../../http/refusals.js'
import { queryOf } from '../../http/schema.js'
import { hashed, uploadOf } from '../../http/uploads.js'
import { ImportReport, newProduct, productLine } from './schema.js'

const TYPES: Record<FileFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

const formatOf = ({ headers }: FastifyRequest): FileFormat =>
  headers['content-type']?.toLowerCase().startsWith(TYPES.csv) ? 'csv' : 'ndjson'

/** Compiles the check of the fields of a line. */
function checkBy(request: FastifyRequest, schema: TSchema) {
  const validate = request.compileValidationSchema(schema, 'body')
  return (fields: object) => (validate(fields) ? [] : faultsOf(validate.errors ?? []))
}

const file = (description: string, example: string) => ({
  schema: { description, examples: [example] } as Record<string, unknown>,
})

const Query = queryOf({
  dryRun: Type.Boolean({
    default: false,
    description: 'Whether to check and count only, and change nothing',
  }),
})

/** Adding and changing products by a file. */
const importing: FastifyPluginAsyncTypebox = async (app) => {
  const [LineSchema, NewSchema] = [productLine(app.db.money), newProduct(app.db.money)]
  app.addHook('onRoute', app.auth.require('products:write'))

  // The route reads the file itself, as it arrives.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(Object.values(TYPES), (request, _payload, done) => {
    if (Number(request.headers['content-length'] ?? 0) > MAX_FILE_BYTES) return done(fileTooLarge())
    done(codingRefusal(request.headers, 'the file') ?? null)
  })
  app.addContentTypeParser('*', (_request, _payload, done) =>
    done(unsupported(`Send the file as ${Object.values(TYPES).join(' or ')}.`)),
  )

  app.post(
    '/import',
    {
      config: { idempotent: true, told: { event: 'sensitive_update' } },
      // Elsewhere an empty parameter counts as absent. `?dryRun` alone must not change the shop.
      preValidation: (request, _reply, done) => {
        const query = request.query as { dryRun?: unknown }
        if (query.dryRun === '') query.dryRun = 'true'
        done()
      },
      schema: {
        operationId: 'importProducts',
        tags: ['products'],
        summary: 'Add and change products by a file',
        description:
          'Reads a CSV or NDJSON file of up to 50 MiB, in UTF-8, as it arrives. A line with the `id` of a product, or else its `sku`, changes that product; any other line adds one. Fields follow the rules of `POST /products`, and a line that breaks them is reported and changes nothing. In CSV, the first line names the columns, in any order, separated by commas, semicolons or tabs; an empty cell leaves a field as it is, or null in a new product. `createdAt` and `updatedAt` are accepted and ignored, so an export can be imported. Lines are applied in order, in batches: if the file breaks off, the batches before stay. Sending a file again is safe where its lines have an `id` or a `sku`; with an `Idempotency-Key`, a file that was imported to its end is imported once. The key has no effect on a dry run.',
        querystring: Query,
        body: {
          content: {
            [TYPES.csv]: file(
              'A header and one product a line',
              'sku,name,price,stock\nLAMP-WALNUT,Walnut desk lamp,24.50,40\n',
            ),
            [TYPES.ndjson]: file(
              'One product a line',
              '{"sku":"LAMP-WALNUT","name":"Walnut desk lamp","price":24.5,"stock":40}\n',
            ),
          },
        },
        response: {
          200: ImportReport,
          ...refusals(
            'invalidRequest',
            ...unreadable,
            'unauthenticated',
            'forbidden',
            'crossSite',
            'rateLimited',
            'overloaded',
          ),
        },
      },
    },
    async (request, reply): Promise<Static<typeof ImportReport>> => {
      const { dryRun } = request.query
      const left = clientLeft(reply)
      const file = hashed(uploadOf(request, reply), MAX_FILE_BYTES, fileTooLarge)
      const options = {
        format: formatOf(request),
        dryRun,
        rules: { ofLine: checkBy(request, LineSchema), ofNew: checkBy(request, NewSchema) },
        actor: app.auth.actorOf(request),
        caller: {
          client: request.ip,
          gone: () => left.aborted,
        },
        check() {
          if (!app.auth.isLive(request.apiKey ?? request.user)) throw sessionEnded()
        },
      }
      // Nothing to be remembered.
      if (dryRun) return app.catalog.importProducts(file, options)
      return app.once(
        reply,
        (remember, renew) => app.catalog.importProducts(file, { ...options, remember, renew }),
        (report: ImportedReport) => ({ body: report }),
        { digest: file.digest, gone: () => left.aborted },
      )
    },
  )
}

export default importing
