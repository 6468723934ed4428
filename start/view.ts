/*
 * What every Edge template may use: icons, components by their file name, the navigation.
 * Formatting in the reader's language (`fmt`, `t`) is shared per request by the locale
 * middleware.
 */
import { icons } from '@iconify-json/lucide'
import edge from 'edge.js'
import { addCollection, edgeIconify } from 'edge-iconify'
import app from '@adonisjs/core/services/app'
import { appUrl } from '#config/app'
import { currentEntry, NAVIGATION, PALETTE_ACTIONS } from '#shared/portal/navigation'
import { keepCompiledIncludes } from '#shared/view/cached_includes'
import { allowSnakeCaseTags } from '#shared/view/component_tags'
import { fieldErrors, fieldId, firstName, hueOf, initials } from '#shared/view/tokens'

addCollection(icons)
edge.use(edgeIconify)
allowSnakeCaseTags(edge, { cache: !app.inDev })
if (!app.inDev) keepCompiledIncludes(edge)

edge.global('appUrl', appUrl)
edge.global('inDev', app.inDev)
edge.global('portal', { groups: NAVIGATION, actions: PALETTE_ACTIONS, currentEntry })
edge.global('initials', initials)
edge.global('firstName', firstName)
edge.global('hueOf', hueOf)
edge.global('fieldId', fieldId)
edge.global('fieldErrors', fieldErrors)
