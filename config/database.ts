import env from '#start/env'
import { defineConfig } from '@adonisjs/lucid'
import pg from 'pg'

// Amounts are integers of micro-units below 2^53, so a number is exact and pleasant to use.
pg.types.setTypeParser(pg.types.builtins.INT8, (value) => {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`bigint out of range: ${value}`)
  return number
})

const databaseConfig = defineConfig({
  connection: 'postgres',
  connections: {
    postgres: {
      client: 'pg',
      connection: { connectionString: env.get('DATABASE_URL') },
      pool: { min: 0, max: 20 },
      migrations: { naturalSort: true, paths: ['database/migrations'] },
      schemaGeneration: { enabled: false },
      debug: false,
    },
  },
})

export default databaseConfig
