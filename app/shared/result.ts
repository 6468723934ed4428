/**
 * Outcome of a use case whose failures are expected. Callers switch over `reason`; what nobody
 * expects is thrown instead.
 */
export type Result<Value, Failure extends { reason: string } = { reason: string }> =
  ({ ok: true } & Value) | ({ ok: false } & Failure)
