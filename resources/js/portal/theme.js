/*
 * System, light or dark. The choice stays in this browser; the layout's inline script applies it
 * before the first paint.
 */
const THEMES = { light: 'comptoir', dark: 'comptoir-dark' }

function chosen() {
  try {
    return localStorage.getItem('theme') ?? 'system'
  } catch {
    return 'system'
  }
}

function show(choice) {
  if (THEMES[choice]) document.documentElement.dataset.theme = THEMES[choice]
  else delete document.documentElement.dataset.theme

  for (const button of document.querySelectorAll('[data-theme-choice]')) {
    button.setAttribute('aria-pressed', String(button.dataset.themeChoice === choice))
  }
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-theme-choice]')
  if (!button) return
  const choice = button.dataset.themeChoice
  try {
    if (choice === 'system') localStorage.removeItem('theme')
    else localStorage.setItem('theme', choice)
  } catch {
    // A browser that keeps nothing still shows the choice until the next page.
  }
  show(choice)
})

// Another tab changed it.
window.addEventListener('storage', (event) => {
  if (event.key === 'theme') show(chosen())
})

for (const picker of document.querySelectorAll('[data-theme-picker]')) picker.hidden = false
show(chosen())
