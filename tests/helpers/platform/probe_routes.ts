import router from '@adonisjs/core/services/router'
import { api } from '#shared/api/route'
import { middleware } from '#start/kernel'
import { probeAnswer, probeBody } from '#tests/helpers/platform/probe_validators'

const Probe = () => import('#tests/helpers/platform/probe_controller')
const operation = { scope: 'probe:write', tag: 'Probe', summary: 'For tests only' }

/*
 * Imported by specs before the server starts, which is when routes are still open. Every name
 * holds `test-probe`, by which the walks over all routes leave them out.
 */
api.post('/test-probe', [Probe, 'create'], {
  ...operation,
  body: probeBody,
  response: probeAnswer,
  status: 201,
})
api.post('/test-probe/sql', [Probe, 'sql'], operation)
api.get('/test-probe/fail', [Probe, 'fail'], operation)
api.get('/test-probe/:id', [Probe, 'show'], operation)

router
  .group(() => {
    router.post('/test-probe', [Probe, 'create']).as('create')
    router.post('/test-probe/sql', [Probe, 'sql']).as('sql')
    router.get('/test-probe/fail', [Probe, 'fail']).as('fail')
    router.get('/test-probe/:id', [Probe, 'show']).as('show')
  })
  .as('test-probe')
  .use(middleware.auth())
