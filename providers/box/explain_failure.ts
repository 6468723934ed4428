import { EmbeddedPostgresError } from '../embedded_postgres/errors.js'

/**
 * A sentence for the person at the terminal when the reason is known and theirs to mend; null
 * for a fault of the program, whose stack is worth printing.
 */
export function explainFailure(error: unknown): string | null {
  return error instanceof EmbeddedPostgresError ? `${error.message} ${error.hint}` : null
}
