import { BaseSchema } from '@adonisjs/lucid/schema'

export default class extends BaseSchema {
  override async up() {
    this.schema.createTable('catalog_imports', (table) => {
      table.uuid('id').primary().defaultTo(this.raw('uuidv7()'))
      table.uuid('workspace_id').notNullable().references('workspaces.id').onDelete('CASCADE')
      table.uuid('user_id').nullable().references('users.id').onDelete('SET NULL')
      table.text('file_name').notNullable()
      table.bigInteger('bytes').notNullable().defaultTo(0)
      table
        .text('status')
        .notNullable()
        .checkIn(['queued', 'running', 'succeeded', 'failed'])
        .defaultTo('queued')
      table.text('dialect').nullable()
      table.text('encoding').nullable()
      table.text('delimiter').nullable()
      table.jsonb('headers').notNullable().defaultTo('[]')
      table.integer('rows').notNullable().defaultTo(0)
      table.integer('created').notNullable().defaultTo(0)
      table.integer('updated').notNullable().defaultTo(0)
      table.integer('unchanged').notNullable().defaultTo(0)
      table.integer('rejected').notNullable().defaultTo(0)
      // Share of the file that has been read, 0 to 1.
      table.float('progress').notNullable().defaultTo(0)
      // Code of the reason when the whole file was refused, with its parameters.
      table.text('failure').nullable()
      table.jsonb('failure_data').notNullable().defaultTo('{}')
      table.timestamp('created_at').notNullable().defaultTo(this.now())
      table.timestamp('finished_at').nullable()
      table.unique(['workspace_id', 'id'])
      table.index(['workspace_id', 'created_at'])
    })

    this.schema.createTable('catalog_import_rejections', (table) => {
      table.uuid('workspace_id').notNullable()
      table.uuid('import_id').notNullable()
      table.integer('position').notNullable()
      table.integer('line').notNullable()
      table.text('reason').notNullable()
      table.jsonb('data').notNullable().defaultTo('{}')
      // The row as it stood in the file, cell by cell.
      table.jsonb('cells').notNullable()
      table.primary(['import_id', 'position'])
      table
        .foreign(['workspace_id', 'import_id'])
        .references(['workspace_id', 'id'])
        .inTable('catalog_imports')
        .onDelete('CASCADE')
    })
  }

  override async down() {
    this.schema.dropTable('catalog_import_rejections')
    this.schema.dropTable('catalog_imports')
  }
}
