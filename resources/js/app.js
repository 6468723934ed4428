/*
 * Browser side of the portal: htmx for parts of pages, Alpine (CSP build) for small state.
 */
import htmx from 'htmx.org/dist/htmx.esm.js'
import Alpine from '@alpinejs/csp'
import './accounts.js'

window.htmx = htmx
window.Alpine = Alpine
Alpine.start()
