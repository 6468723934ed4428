/*
 * Sign-up: tells the server the browser's time zone, so that nobody has to choose one.
 */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
for (const input of document.querySelectorAll('input[data-browser-timezone]')) {
  input.value = zone ?? ''
}
