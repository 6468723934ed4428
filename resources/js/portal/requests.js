/* What people see of requests: a bar when one takes over a second, a note when one fails. */
import { text } from './texts.js'
import { toast } from './toasts.js'

const PATIENCE_MS = 1000
const waiting = new Map()

function show() {
  const bar = document.getElementById('request-progress')
  if (bar) bar.hidden = ![...waiting.values()].some((request) => request.slow)
}

document.addEventListener('htmx:before:request', (event) => {
  const request = { slow: false }
  request.timer = setTimeout(() => {
    request.slow = true
    show()
  }, PATIENCE_MS)
  waiting.set(event.detail.ctx, request)
})

document.addEventListener('htmx:finally:request', (event) => {
  clearTimeout(waiting.get(event.detail.ctx)?.timer)
  waiting.delete(event.detail.ctx)
  show()
})

document.addEventListener('htmx:response:error', (event) => {
  const { response, hx } = event.detail.ctx
  const { status } = response
  // The answer explains itself: a form with its errors, a note, another page.
  if (status === 422 || hx?.trigger || hx?.redirect || hx?.refresh) return
  const reasons = { 403: text('forbidden'), 429: text('tooMany') }
  toast({ kind: 'error', text: reasons[status] ?? text('error') })
})

document.addEventListener('htmx:error', (event) => {
  // Event streams reconnect by themselves.
  if (event.detail.ctx?.response) return
  toast({ kind: 'error', text: text('offline') })
})
