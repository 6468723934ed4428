/*
 * Browser side of the portal. htmx brings parts of pages, Alpine (the build for a strict content
 * policy) keeps small state, the modules below carry the shell. Rooms add one import line each,
 * before the last one, which starts Alpine.
 */
import './portal/htmx.js'
import 'htmx.org/dist/ext/hx-sse.js'
import 'htmx.org/dist/ext/hx-alpine-compat.js'
import './portal/alpine.js'
import './portal/theme.js'
import './portal/menus.js'
import './portal/dialogs.js'
import './portal/confirm.js'
import './portal/toasts.js'
import './portal/requests.js'
import './portal/forms.js'
import './portal/palette.js'
import './portal/install.js'
import './accounts.js'

import './crm.js'

import './sales_agent.js'

import './quantization.js'
import './portal/start.js'
