import router from '@adonisjs/core/services/router'
import { api } from '#shared/api/route'
import { middleware } from '#start/kernel'
import { meResponse } from '#app/accounts/validators/api_validators'

const SignUp = () => import('#app/accounts/controllers/sign_up_controller')
const Session = () => import('#app/accounts/controllers/session_controller')
const Google = () => import('#app/accounts/controllers/google_controller')
const PasswordReset = () => import('#app/accounts/controllers/password_reset_controller')
const Invitations = () => import('#app/accounts/controllers/invitations_controller')
const Locale = () => import('#app/accounts/controllers/locale_controller')
const Workspaces = () => import('#app/accounts/controllers/workspaces_controller')
const Workspace = () => import('#app/accounts/controllers/workspace_controller')
const Profile = () => import('#app/accounts/controllers/profile_controller')
const Members = () => import('#app/accounts/controllers/members_controller')
const ApiKeys = () => import('#app/accounts/controllers/api_keys_controller')
const Notices = () => import('#app/accounts/controllers/notices_controller')
const Audit = () => import('#app/accounts/controllers/audit_controller')
const Outbox = () => import('#app/accounts/controllers/outbox_controller')
const ApiMe = () => import('#app/accounts/controllers/api_me_controller')

const uuid = router.matchers.uuid()
const number = { match: /^\d{1,9}$/ }

/** Signed-out pages. */
router
  .group(() => {
    router.get('/signup', [SignUp, 'create']).as('sign_up.create')
    router.post('/signup', [SignUp, 'store']).as('sign_up.store')
    router.get('/login', [Session, 'create']).as('session.create')
    router.post('/login', [Session, 'store']).as('session.store')
    router.get('/auth/google/redirect', [Google, 'redirect']).as('google.redirect')
    router.get('/auth/google/callback', [Google, 'callback']).as('google.callback')
  })
  .as('accounts')
  .use(middleware.guest())

/** Open to both: links from e-mails, language, the way out. */
router
  .group(() => {
    router.post('/logout', [Session, 'destroy']).as('session.destroy')
    router.post('/locale', [Locale, 'update']).as('locale.update')
    router.get('/forgot-password', [PasswordReset, 'create']).as('password_reset.create')
    router.post('/forgot-password', [PasswordReset, 'store']).as('password_reset.store')
    router.get('/reset-password/:token', [PasswordReset, 'edit']).as('password_reset.edit')
    router.post('/reset-password/:token', [PasswordReset, 'update']).as('password_reset.update')
    router.get('/invitations/:token', [Invitations, 'show']).as('invitations.show')
    router.post('/invitations/:token', [Invitations, 'accept']).as('invitations.accept')
  })
  .as('accounts')

/** Signed in, with or without a workspace. */
router
  .group(() => {
    router.get('/workspaces/new', [Workspaces, 'create']).as('workspaces.create')
    router.post('/workspaces', [Workspaces, 'store']).as('workspaces.store')
    router
      .post('/workspaces/:id/switch', [Workspaces, 'switch'])
      .where('id', uuid)
      .as('workspaces.switch')
  })
  .as('accounts')
  .use(middleware.auth({ workspaceOptional: true }))

/** Every member. */
router
  .group(() => {
    router.get('/settings', ({ response }) => response.redirect('/settings/profile')).as('settings')
    router.get('/settings/profile', [Profile, 'show']).as('profile.show')
    router.post('/settings/profile', [Profile, 'update']).as('profile.update')
    router.post('/settings/profile/password', [Profile, 'updatePassword']).as('profile.password')
    router.post('/settings/profile/sessions', [Profile, 'signOutEverywhere']).as('profile.sessions')
    router.get('/settings/workspace', [Workspace, 'show']).as('workspace.show')
    router.get('/settings/members', [Members, 'index']).as('members.index')
    router
      .post('/settings/members/:id/remove', [Members, 'destroy'])
      .where('id', uuid)
      .as('members.destroy')
    router.get('/settings/notices', [Notices, 'preferences']).as('notices.preferences')
    router.post('/settings/notices', [Notices, 'savePreferences']).as('notices.save_preferences')
    router.get('/notices', [Notices, 'index']).as('notices.index')
    router.post('/notices/read', [Notices, 'readAll']).as('notices.read_all')
    router.post('/notices/:id/open', [Notices, 'open']).where('id', uuid).as('notices.open')
  })
  .as('accounts')
  .use(middleware.auth())

/** Owners and managers. */
router
  .group(() => {
    router.post('/settings/workspace', [Workspace, 'update']).as('workspace.update')
    router.post('/settings/members/invite', [Members, 'invite']).as('members.invite')
    router.post('/settings/members/:id', [Members, 'update']).where('id', uuid).as('members.update')
    router
      .post('/settings/invitations/:id/withdraw', [Members, 'withdraw'])
      .where('id', uuid)
      .as('invitations.withdraw')
    router.get('/settings/keys', [ApiKeys, 'index']).as('api_keys.index')
    router.post('/settings/keys', [ApiKeys, 'store']).as('api_keys.store')
    router
      .post('/settings/keys/:id/revoke', [ApiKeys, 'destroy'])
      .where('id', number)
      .as('api_keys.destroy')
    router.get('/settings/audit', [Audit, 'index']).as('audit.index')
    router.get('/settings/outbox', [Outbox, 'index']).as('outbox.index')
    router.get('/settings/outbox/:id', [Outbox, 'show']).where('id', uuid).as('outbox.show')
    router
      .get('/settings/outbox/:id/attachments/:index', [Outbox, 'attachment'])
      .where('id', uuid)
      .where('index', number)
      .as('outbox.attachment')
  })
  .as('accounts')
  .use([middleware.auth(), middleware.role('manager')])

api.get('/me', [ApiMe, 'show'], {
  scope: 'accounts:read',
  tag: 'Account',
  summary: 'The workspace and the key behind this request',
  response: meResponse,
})
