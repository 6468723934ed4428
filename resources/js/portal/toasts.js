/*
 * Short notes in a corner. The server sends them with `HX-Trigger: {"toast": {"kind": "success",
 * "text": "…"}}`; scripts dispatch the same event. Errors stay until closed, the rest leaves.
 */
import { text } from './texts.js'

const STAY_MS = 6000

export function toast(note) {
  const list = document.getElementById('toasts')
  if (!list || !note?.text) return

  const item = document.createElement('div')
  item.className = `toast-note tone-${note.kind ?? 'info'}`
  if (note.kind === 'error') item.setAttribute('role', 'alert')

  const words = document.createElement('p')
  words.textContent = note.text
  const close = document.createElement('button')
  close.type = 'button'
  close.textContent = '×'
  close.setAttribute('aria-label', text('close'))
  close.addEventListener('click', () => item.remove())

  item.append(words, close)
  list.append(item)
  if (note.kind !== 'error') setTimeout(() => item.remove(), STAY_MS)
}

document.addEventListener('toast', (event) => toast(event.detail))
