/*
 * Dialogs open by `command="show-modal" commandfor="id"`. Browsers without invoker commands get
 * them here; all get closing by a click on the backdrop and opening after a refused form.
 */
const NATIVE = 'commandForElement' in HTMLButtonElement.prototype

document.addEventListener('click', (event) => {
  const target = event.target
  if (target instanceof HTMLDialogElement && target.open && outside(target, event)) {
    return target.close('cancel')
  }

  const closer = target.closest?.('[data-closes]')
  if (closer) return closer.closest('dialog')?.close()

  const invoker = target.closest?.('button[commandfor]')
  if (!invoker || NATIVE) return
  const dialog = document.getElementById(invoker.getAttribute('commandfor'))
  if (!(dialog instanceof HTMLDialogElement)) return
  if (invoker.getAttribute('command') === 'show-modal') dialog.showModal()
  if (invoker.getAttribute('command') === 'close') dialog.close()
})

function outside(dialog, { clientX, clientY, detail }) {
  if (detail === 0) return false
  const box = dialog.getBoundingClientRect()
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom
}

for (const dialog of document.querySelectorAll('dialog[data-open]')) dialog.showModal()
