/** A failure of the embedded database, told to the person who started the box. */
export class EmbeddedPostgresError extends Error {
  static code = 'E_EMBEDDED_POSTGRES'
  code = EmbeddedPostgresError.code

  constructor(
    message: string,
    /** What to do next, one sentence. */
    readonly hint: string,
    options?: ErrorOptions
  ) {
    super(message, options)
    this.name = 'EmbeddedPostgresError'
  }
}
