import { Parser } from 'htmlparser2'

export interface PageForm {
  method: string
  /** Path without its query. */
  action: string
  /** What the form would send as it stands; files are left out. */
  fields: Record<string, string>
}

interface OpenForm extends PageForm {
  multipart: boolean
}

/** The forms of a page (and elements with hx-post and the like), as a browser would send them. */
export function formsIn(html: string): PageForm[] {
  const forms: OpenForm[] = []
  let form: OpenForm | null = null
  let select: { name: string; value: string | null } | null = null
  let area: { name: string; value: string } | null = null

  const parser = new Parser({
    onopentag(name, attributes) {
      const hx = hxAction(attributes)
      if (name === 'form') {
        form = { ...formOf(attributes), ...(hx ?? {}), fields: {}, multipart: false }
      } else if (hx && !form) forms.push({ ...hx, fields: hxValues(attributes), multipart: false })
      if (!form) return
      if (name === 'input') addInput(form, attributes)
      if (name === 'button' && attributes.name)
        form.fields[attributes.name] ??= attributes.value ?? ''
      if (name === 'select' && attributes.name) select = { name: attributes.name, value: null }
      if (name === 'textarea' && attributes.name) area = { name: attributes.name, value: '' }
      if (name === 'option' && select && (select.value === null || 'selected' in attributes)) {
        select.value = attributes.value ?? ''
      }
    },
    ontext(text) {
      if (area) area.value += text
    },
    onclosetag(name) {
      if (name === 'select' && form && select) {
        form.fields[select.name] = select.value ?? ''
        select = null
      }
      if (name === 'textarea' && form && area) {
        form.fields[area.name] = area.value.trim() || 'Text'
        area = null
      }
      if (name === 'form' && form) {
        forms.push(form)
        form = null
      }
    },
  })
  parser.write(html)
  parser.end()
  return forms.map(({ method, action, fields }) => ({ method, action, fields }))
}

type Attributes = Record<string, string>

function formOf(attributes: Attributes) {
  const [action = '', query] = (attributes.action ?? '').split('?')
  const spoofed = new URLSearchParams(query).get('_method')
  const method = (spoofed ?? attributes.method ?? 'GET').toUpperCase()
  return { method, action }
}

function hxAction(attributes: Attributes) {
  for (const method of ['post', 'put', 'patch', 'delete']) {
    const action = attributes[`hx-${method}`]
    if (action) return { method: method.toUpperCase(), action: action.split('?')[0]! }
  }
  return null
}

function hxValues(attributes: Attributes): Record<string, string> {
  try {
    return JSON.parse(attributes['hx-vals'] ?? '{}') as Record<string, string>
  } catch {
    return {}
  }
}

function addInput(form: OpenForm, { name, type, value, ...more }: Attributes): void {
  if (!name || name === '_csrf' || type === 'file') return
  if ((type === 'checkbox' || type === 'radio') && !('checked' in more) && name in form.fields)
    return
  form.fields[name] = value || sampleFor(type ?? 'text', name, more)
}

function sampleFor(type: string, name: string, { min, placeholder }: Attributes): string {
  if (type === 'email' || name.includes('email')) return 'someone@example.com'
  if (type === 'number') return min || '1'
  if (type === 'date') return '2026-11-20'
  if (type === 'url') return 'https://example.com'
  if (type === 'tel') return '+33123456789'
  if (type === 'checkbox' || type === 'radio') return 'on'
  return placeholder || 'Text'
}
