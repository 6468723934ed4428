import { normaliseOrigin } from '#app/sales_agent/widget/services/allowed_origin'

const AT_MOST = 50

/** Addresses as somebody typed them, one per line or separated by commas. */
export function readOrigins(text: string | undefined): { origins: string[]; wrong: string[] } {
  const written = (text ?? '').split(/[\s,;]+/).filter((part) => part !== '')
  const origins: string[] = []
  const wrong: string[] = []
  for (const address of written.slice(0, AT_MOST)) {
    const origin = normaliseOrigin(address)
    if (!origin) wrong.push(address)
    else if (!origins.includes(origin)) origins.push(origin)
  }
  return { origins, wrong }
}
