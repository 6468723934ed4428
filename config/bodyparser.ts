import { defineConfig } from '@adonisjs/core/bodyparser'

/** The only addresses that take files: elsewhere nothing that comes in is written to disk. */
const uploads = ['/catalog/import', '/prospects/import', '/api/v1/prospects/import']

const bodyParserConfig = defineConfig({
  allowedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  form: {
    convertEmptyStringsToNull: true,
    trimWhitespaces: true,
    limit: '256kb',
    types: ['application/x-www-form-urlencoded'],
  },
  json: {
    convertEmptyStringsToNull: true,
    trimWhitespaces: true,
    limit: '1mb',
    types: ['application/json', 'application/problem+json', 'application/csp-report'],
  },
  // Files sent as a body (text/csv) stay streams of bytes: their encoding is not known yet.
  raw: { types: [] },
  multipart: {
    autoProcess: uploads,
    convertEmptyStringsToNull: true,
    trimWhitespaces: true,
    // A model goes straight to its place on the disk, see app/quantization/uploads.
    processManually: ['/api/v1/models'],
    limit: '50mb',
    fieldsLimit: '256kb',
    maxFields: 200,
    types: ['multipart/form-data'],
  },
})

export default bodyParserConfig
