/*
 * One question before a risky step, in the page's own dialog: for htmx (`hx-confirm`) and for
 * plain forms and links (`data-confirm` on the form, its button or the link).
 */
let answer = () => {}

export function ask(question) {
  const dialog = document.getElementById('confirm')
  if (!dialog) return Promise.resolve(window.confirm(question))
  document.getElementById('confirm-text').textContent = question
  dialog.returnValue = 'cancel'
  dialog.showModal()
  return new Promise((resolve) => {
    answer = resolve
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'ok'), { once: true })
  })
}

document.addEventListener('htmx:confirm', (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail
  if (!ctx.confirm) return
  event.preventDefault()
  ask(ctx.confirm).then((yes) => (yes ? issueRequest() : dropRequest()))
})

const confirmed = new WeakSet()

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm
    if (!question || confirmed.has(form)) return confirmed.delete(form)
    event.preventDefault()
    event.stopImmediatePropagation()
    ask(question).then((yes) => {
      if (!yes) return
      confirmed.add(form)
      form.requestSubmit(event.submitter)
    })
  },
  true
)

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[data-confirm]')
  if (!link) return
  event.preventDefault()
  ask(link.dataset.confirm).then((yes) => yes && window.location.assign(link.href))
})
