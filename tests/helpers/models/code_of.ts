/** The code of the error that a promise ends with; throws when it does not fail. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error)
  }
  throw new Error('It was expected to fail')
}
