import { registeredOperations } from '#shared/api/route'

/** Builds something from the registered operations at its first use, and keeps it. */
export function builtOnce<T>(build: () => T): () => T {
  let built: { value: T; operations: number } | null = null
  return () => {
    const operations = registeredOperations().length
    if (built?.operations !== operations) built = { value: build(), operations }
    return built.value
  }
}
