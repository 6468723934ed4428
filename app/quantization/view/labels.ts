import type { Method } from '#gpu/protocol'

/** What people of the field call a method: `INT8`, `GGUF Q4_K_M`, `GPTQ`, `AWQ`. */
export function methodLabel(method: Method, type?: string | null): string {
  return type ? `${method.toUpperCase()} ${type}` : method.toUpperCase()
}

/** The value of a choice in a form, and back. */
export function choiceOf({ method, type }: { method: Method; type?: string | null }): string {
  return type ? `${method}:${type}` : method
}
