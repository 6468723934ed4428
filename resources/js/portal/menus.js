/* Menus are <details>: they open without a script; this closes them as a menu should. */
const open = () => document.querySelectorAll('details[data-drop][open]')

document.addEventListener('click', (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false
})

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return
  for (const menu of open()) {
    menu.open = false
    menu.querySelector('summary')?.focus()
  }
})

document.addEventListener('focusin', (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false
})

// A drawer left open while the window grows would stay in the top layer.
window.matchMedia('(width >= 64rem)').addEventListener('change', (wide) => {
  const navigation = document.getElementById('navigation')
  if (wide.matches && navigation?.matches(':popover-open')) navigation.hidePopover()
})
