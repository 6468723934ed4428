import htmx from 'htmx.org/dist/htmx.esm.js'

// Extensions look for the global. Errors that carry a whole page never land inside a part of one:
// they become a toast (see requests.js); 422 brings a form with its errors and does swap.
window.htmx = htmx
htmx.config.noSwap = [204, 304, 400, 401, 403, 404, 409, 413, 419, 429, '5xx']
