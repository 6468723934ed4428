/*
 * Command palette: a combobox over the pages of the portal and what the search finds. The link
 * that opens it leads to a search page for browsers without scripts.
 */
const PAUSE_MS = 140

const dialog = document.querySelector('[data-palette]')
if (dialog) start(dialog)

function start(palette) {
  const input = palette.querySelector('[role=combobox]')
  const pages = palette.querySelector('[data-palette-pages]')
  const found = palette.querySelector('[data-palette-found]')
  const none = palette.querySelector('[data-palette-none]')
  let timer
  let asked = 0

  const visible = () => [...palette.querySelectorAll('[role=option]:not([hidden])')]

  function select(option) {
    palette.querySelector('[aria-selected=true]')?.setAttribute('aria-selected', 'false')
    if (!option) return input.removeAttribute('aria-activedescendant')
    option.setAttribute('aria-selected', 'true')
    option.scrollIntoView({ block: 'nearest' })
    input.setAttribute('aria-activedescendant', option.id)
  }

  function settle() {
    const options = visible()
    none.hidden = options.length > 0
    select(options[0])
  }

  function filter() {
    const words = plain(input.value).split(/\s+/).filter(Boolean)
    for (const option of pages.querySelectorAll('[role=option]')) {
      const label = plain(option.textContent)
      option.hidden = !words.every((word) => label.includes(word))
    }
  }

  async function search() {
    const query = input.value.trim()
    const turn = ++asked
    if (query.length < 2) {
      found.replaceChildren()
      return settle()
    }
    const address = `${palette.dataset.search}?q=${encodeURIComponent(query)}`
    const response = await fetch(address, { headers: { 'HX-Request': 'true' } }).catch(() => null)
    if (turn !== asked || !response?.ok || response.redirected) return
    found.innerHTML = await response.text()
    settle()
  }

  function open() {
    if (palette.open) return
    input.value = ''
    found.replaceChildren()
    filter()
    palette.showModal()
    settle()
    input.focus()
  }

  input.addEventListener('input', () => {
    filter()
    settle()
    clearTimeout(timer)
    timer = setTimeout(search, PAUSE_MS)
  })

  input.addEventListener('keydown', (event) => {
    const options = visible()
    const index = options.findIndex((option) => option.ariaSelected === 'true')
    const steps = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: options.length - 1 }
    if (event.key === 'Enter') {
      event.preventDefault()
      options[index]?.click()
    } else if (event.key in steps && options.length && !(event.key === 'Home' && input.value)) {
      event.preventDefault()
      select(options[(steps[event.key] + options.length) % options.length])
    }
  })

  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.shiftKey) {
      event.preventDefault()
      open()
    }
  })

  document.addEventListener('click', (event) => {
    const opener = event.target.closest?.('[data-palette-open]')
    if (!opener || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    open()
  })
}

/** "Réglages" is found by "reglages". */
function plain(words) {
  return words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
