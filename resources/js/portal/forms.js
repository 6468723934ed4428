/* Plain forms: one submit per press, and the keyboard goes to what was refused. */
const sent = new WeakSet()

document.addEventListener('submit', (event) => {
  const form = event.target
  if (event.defaultPrevented || form.method === 'dialog' || form.target === '_blank') return
  if (sent.has(form)) return event.preventDefault()
  sent.add(form)
  event.submitter?.setAttribute('aria-busy', 'true')
  // A download leaves the page where it is: let the form be used again.
  setTimeout(() => release(form), 8000)
})

function release(form) {
  sent.delete(form)
  for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy')
}

// Back from the history: the page is as it was left, with busy buttons.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) document.querySelectorAll('form').forEach(release)
})

const refused = document.querySelector('[data-form-errors], [aria-invalid="true"]')
refused?.focus({ preventScroll: false })
