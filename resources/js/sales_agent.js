/*
 * Live parts of the inbox: an element with `data-live` is read again from the server when its
 * event stream tells that something changed. And buttons that copy a text.
 */
const SETTLE_MS = 150

function follow(element) {
  const events = new EventSource(element.dataset.live)
  let timer = null
  events.addEventListener('conversation', (event) => {
    const { id } = JSON.parse(event.data)
    if (element.dataset.liveId && element.dataset.liveId !== id) return
    clearTimeout(timer)
    timer = setTimeout(() => refresh(element), SETTLE_MS)
  })
  addEventListener('pagehide', () => events.close())
}

async function refresh(element) {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const fresh = page.getElementById(element.id)
  if (fresh) element.replaceChildren(...fresh.childNodes)
}

for (const element of document.querySelectorAll('[data-live]')) follow(element)

document.addEventListener('click', async (event) => {
  const button = event.target.closest?.('[data-copy]')
  if (!button) return
  const source = document.querySelector(button.dataset.copy)
  try {
    await navigator.clipboard.writeText(source.textContent)
    button.querySelector('span').textContent = button.dataset.copied
  } catch {
    // Browsers close the clipboard on plain http: the text is selected instead.
    getSelection().selectAllChildren(source)
  }
})
