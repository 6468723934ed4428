/* Offline page and installing as an application. The worker keeps static files only, never data. */
let prompt = null

if ('serviceWorker' in navigator && window.isSecureContext) {
  navigator.serviceWorker
    .register('/sw.js')
    .then(() => navigator.serviceWorker.ready)
    .then(({ active }) => active?.postMessage({ language: document.documentElement.lang }))
    .catch(() => {})
}

// Browsers ask when the person wants it, not when the browser does.
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  prompt = event
  for (const button of document.querySelectorAll('[data-install]')) button.hidden = false
})

document.addEventListener('click', async (event) => {
  if (!event.target.closest?.('[data-install]') || !prompt) return
  await prompt.prompt()
  prompt = null
  for (const button of document.querySelectorAll('[data-install]')) button.hidden = true
})
