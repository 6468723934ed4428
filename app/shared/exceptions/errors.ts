import { createError } from '@adonisjs/core/exceptions'

export const E_UNSCOPED_QUERY = createError<[model: string]>(
  'The query on %s names no workspace. Start it with Model.in(workspaceId).',
  'E_UNSCOPED_QUERY',
  500
)

export const E_NOT_FOUND = createError('Not found', 'E_NOT_FOUND', 404)
