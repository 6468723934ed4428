// The dialog: header, messages, the form to write in and the one for contact details.
class Panel {
  constructor({ t, locale, agent, messages, onSend, onClose, onContact }) {
    this.t = t
    this.input = el('textarea', {
      id: 'text',
      rows: '1',
      maxlength: '2000',
      placeholder: t('placeholder'),
      onkeydown: (event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
        event.preventDefault()
        this.submit()
      },
      oninput: () => this.grow(),
    })
    this.onSend = onSend
    this.sendButton = el('button', { class: 'primary', type: 'submit' }, t('send'))
    this.form = el(
      'form',
      { onsubmit: (event) => (event.preventDefault(), this.submit()) },
      el('label', { class: 'sr', for: 'text' }, t('message')),
      el('div', { class: 'row' }, this.input, this.sendButton)
    )
    this.contact = this.contactForm(locale, onContact)
    const toContact = el(
      'button',
      { class: 'link', type: 'button', onclick: () => this.swap(true) },
      t('contact')
    )
    this.foot = el(
      'div',
      { class: 'foot' },
      agent.asksForContact ? toContact : el('span'),
      agent.branding ? el('span', {}, t('poweredBy')) : null
    )
    this.messages = messages
    const close = el(
      'button',
      { 'class': 'icon', 'type': 'button', 'aria-label': t('close'), 'onclick': onClose },
      icon(CROSS)
    )
    const title = el('h2', { id: 'title' }, t('title', agent))
    this.node = el(
      'div',
      {
        'class': 'panel',
        'role': 'dialog',
        'aria-modal': 'true',
        'aria-labelledby': 'title',
        'hidden': true,
      },
      el('header', {}, el('div', {}, title, el('p', {}, t('subtitle'))), close),
      messages.node,
      this.contact,
      this.form,
      this.foot
    )
  }

  submit() {
    const text = this.input.value.trim()
    if (!text || this.sending) return
    this.input.value = ''
    this.grow()
    this.input.focus()
    this.onSend(text)
  }

  busy(busy) {
    this.sending = busy
    // Not `disabled`: a button that loses the focus would take the keyboard out of the dialog.
    this.sendButton.setAttribute('aria-disabled', String(busy))
  }

  grow() {
    this.input.style.height = 'auto'
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 120)}px`
  }

  // Shows the contact form in the place of the messages, or the messages again.
  swap(contact) {
    this.contact.hidden = !contact
    for (const node of [this.messages.node, this.form, this.foot]) node.hidden = contact
    const target = contact ? this.contact.querySelector('input') : this.input
    target.focus()
  }

  contactForm(locale, onContact) {
    const { t } = this
    const field = (name, type, autocomplete) => [
      el('label', { for: name }, t(name)),
      el('input', { id: name, name, type, autocomplete, maxlength: '254' }),
    ]
    const error = el('p', { class: 'error', role: 'alert', hidden: true })
    const submit = el('button', { class: 'primary', type: 'submit' }, t('contactSend'))
    const form = el(
      'form',
      { class: 'contact', hidden: true, novalidate: true },
      el('p', { class: 'notice' }, t('contactHint')),
      ...field('name', 'text', 'name'),
      ...field('email', 'email', 'email'),
      ...field('phone', 'tel', 'tel'),
      error,
      submit,
      el(
        'button',
        { class: 'link', type: 'button', onclick: () => this.swap(false) },
        t('contactBack')
      )
    )
    form.addEventListener('submit', async (event) => {
      event.preventDefault()
      const entries = [...new FormData(form)].filter(([, value]) => value.trim() !== '')
      submit.disabled = true
      const failure = await onContact({ ...Object.fromEntries(entries), locale })
      submit.disabled = false
      error.hidden = !failure
      error.textContent = failure || ''
      if (failure) return
      form.reset()
      this.swap(false)
    })
    return form
  }
}
