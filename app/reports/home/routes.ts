import router from '@adonisjs/core/services/router'
import type { HttpContext } from '@adonisjs/core/http'
import type { NextFn } from '@adonisjs/core/types/http'
import { middleware } from '#start/kernel'

const HomeController = () => import('#app/reports/home/controllers/home_controller')
const PaletteController = () => import('#app/reports/home/controllers/palette_controller')

/** Visitors who are not signed in are welcomed instead of being sent to a form. */
async function welcomeGuests({ auth, view, response }: HttpContext, next: NextFn) {
  if (await auth.use('web').check()) return next()
  response.send(await view.render('reports/home/welcome'))
}

router.get('/', [HomeController, 'show']).use([welcomeGuests, middleware.auth()]).as('reports.home')
router.get('/palette', [PaletteController, 'show']).use(middleware.auth()).as('reports.palette')
