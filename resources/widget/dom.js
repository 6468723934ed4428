// Elements are made one by one with text nodes: nothing that anybody wrote is read as HTML.
function el(tag, props = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (name === 'class') node.className = value
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (value === true) node.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value)
    }
  }
  node.append(...children.filter((child) => child !== null))
  return node
}

const SVG = 'http://www.w3.org/2000/svg'

function icon(path) {
  const svg = document.createElementNS(SVG, 'svg')
  const attributes = {
    'viewBox': '0 0 24 24',
    'fill': 'none',
    'stroke': 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }
  for (const name in attributes) svg.setAttribute(name, attributes[name])
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

const BUBBLE = 'M21 12a8 8 0 0 1-8 8H4l2-3a8 8 0 1 1 15-5z'
const CROSS = 'M6 6l12 12M18 6L6 18'

// Keeps Tab inside the open dialog.
function trapFocus(event, root, panel) {
  const all = [...panel.querySelectorAll('button, a[href], textarea, input')].filter(
    (node) => !node.disabled && node.offsetParent !== null
  )
  const first = all[0]
  const last = all[all.length - 1]
  const current = root.activeElement
  if (event.shiftKey && (current === first || !panel.contains(current))) last.focus()
  else if (!event.shiftKey && (current === last || !panel.contains(current))) first.focus()
  else return
  event.preventDefault()
}
