/*
 * What every Edge template may use: icons and formatting of money, numbers and dates in the
 * reader's language.
 */
import { icons } from '@iconify-json/lucide'
import edge from 'edge.js'
import { addCollection, edgeIconify } from 'edge-iconify'
import app from '@adonisjs/core/services/app'
import { appUrl } from '#config/app'

addCollection(icons)
edge.use(edgeIconify)
edge.global('appUrl', appUrl)
edge.global('inDev', app.inDev)
