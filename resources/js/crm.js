/*
 * The pipeline's board: cards are dragged between columns (the menu on each card does the same
 * by keyboard and without scripts), and every change anywhere arrives by server-sent events.
 */
const live = document.querySelector('[data-board-live]')

if (live) {
  const news = document.querySelector('[data-board-news]')
  let dragged = null
  let waiting = null
  let focusOn = null

  const busy = () => dragged !== null || live.querySelector('[data-move][open]') !== null

  function refresh() {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      if (busy()) return refresh()
      window.htmx.ajax('GET', live.dataset.boardSource, { target: '#board', swap: 'outerHTML' })
    }, 150)
  }

  const events = new EventSource(live.dataset.boardLive)
  events.addEventListener('deal', (event) => {
    const { kind } = JSON.parse(event.data)
    if (news) news.textContent = kind === 'created' ? news.dataset.created : news.dataset.moved
    refresh()
  })
  // What happened while the connection was away is on the next board.
  let connected = false
  events.addEventListener('ready', () => {
    if (connected) refresh()
    connected = true
  })
  window.addEventListener('pagehide', () => events.close())

  live.addEventListener('dragstart', (event) => {
    const card = event.target.closest?.('[data-deal]')
    if (!card) return
    dragged = card
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', card.dataset.deal)
    card.classList.add('opacity-50')
  })
  live.addEventListener('dragend', () => {
    dragged?.classList.remove('opacity-50')
    dragged = null
  })
  live.addEventListener('dragover', (event) => {
    if (dragged && event.target.closest('[data-stage]')) event.preventDefault()
  })
  live.addEventListener('drop', (event) => {
    const column = event.target.closest('[data-stage]')
    if (!dragged || !column) return
    event.preventDefault()
    const above = cardAbove(column, event.clientY)
    const id = dragged.dataset.deal
    dragged = null
    window.htmx.ajax('POST', `/deals/${id}/stage`, {
      source: live,
      target: '#board',
      swap: 'outerHTML',
      values: { stage: column.dataset.stage, ...(above ? { afterId: above } : {}) },
    })
  })

  /** The card right above the place where the pointer let go. */
  function cardAbove(column, y) {
    let above = null
    for (const card of column.querySelectorAll('[data-deal]')) {
      const box = card.getBoundingClientRect()
      if (card !== dragged && box.top + box.height / 2 < y) above = card.dataset.deal
    }
    return above
  }

  // A move by keyboard keeps the focus on the card that moved.
  live.addEventListener('submit', (event) => {
    const menu = event.target.closest('[data-move]')
    if (menu) focusOn = menu.querySelector('summary').id
  })
  document.addEventListener('htmx:after:swap', () => {
    if (!focusOn) return
    document.getElementById(focusOn)?.focus()
    focusOn = null
  })
}
