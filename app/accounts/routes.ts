import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'

const SignUp = () => import('#app/accounts/controllers/sign_up_controller')
const Locale = () => import('#app/accounts/controllers/locale_controller')
const Session = () => import('#app/accounts/controllers/session_controller')

router
  .group(() => {
    router.get('/signup', [SignUp, 'create']).as('sign_up.create')
    router.post('/signup', [SignUp, 'store']).as('sign_up.store')
    router.get('/login', [Session, 'create']).as('session.create')
    router.post('/login', [Session, 'store']).as('session.store')
  })
  .as('accounts')
  .use(middleware.guest())

router.post('/logout', [Session, 'destroy']).as('accounts.session.destroy')
router.post('/locale', [Locale, 'update']).as('accounts.locale.update')
