import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'
import { UUID } from '#shared/uuid'
import '#app/crm/api_routes'

const PipelineController = () => import('#app/crm/controllers/pipeline_controller')
const DealsController = () => import('#app/crm/controllers/deals_controller')
const DealStageController = () => import('#app/crm/controllers/deal_stage_controller')
const NotesController = () => import('#app/crm/controllers/notes_controller')
const TasksController = () => import('#app/crm/controllers/tasks_controller')
const ProspectsController = () => import('#app/crm/controllers/prospects_controller')
const ImportsController = () => import('#app/crm/controllers/prospect_imports_controller')

router
  .group(() => {
    router.get('/pipeline', [PipelineController, 'index']).as('crm.pipeline.index')
    router.get('/pipeline/board', [PipelineController, 'board']).as('crm.pipeline.board')
    router.get('/pipeline/events', [PipelineController, 'events']).as('crm.pipeline.events')
    router.get('/tasks', [TasksController, 'index']).as('crm.tasks.index')
    router.get('/prospects', [ProspectsController, 'index']).as('crm.prospects.index')
    router.get('/deals/:id', [DealsController, 'show']).where('id', UUID).as('crm.deals.show')
    router
      .get('/prospects/:id', [ProspectsController, 'show'])
      .where('id', UUID)
      .as('crm.prospects.show')
  })
  .use(middleware.auth())

router
  .group(() => {
    router.get('/deals/new', [DealsController, 'create']).as('crm.deals.create')
    router.post('/deals', [DealsController, 'store']).as('crm.deals.store')
    router.post('/deals/:id', [DealsController, 'update']).as('crm.deals.update')
    router.post('/deals/:id/stage', [DealStageController, 'move']).as('crm.deals.move')
    router.post('/deals/:id/win', [DealStageController, 'win']).as('crm.deals.win')
    router.post('/deals/:id/lose', [DealStageController, 'lose']).as('crm.deals.lose')
    router.post('/deals/:id/reopen', [DealStageController, 'reopen']).as('crm.deals.reopen')
    router.post('/deals/:id/notes', [NotesController, 'storeForDeal']).as('crm.deals.note')
    router.post('/deals/:id/tasks', [TasksController, 'storeForDeal']).as('crm.deals.task')

    router.get('/prospects/new', [ProspectsController, 'create']).as('crm.prospects.create')
    router.post('/prospects', [ProspectsController, 'store']).as('crm.prospects.store')
    router.post('/prospects/:id', [ProspectsController, 'update']).as('crm.prospects.update')
    router
      .post('/prospects/:id/notes', [NotesController, 'storeForProspect'])
      .as('crm.prospects.note')
    router
      .post('/prospects/:id/tasks', [TasksController, 'storeForProspect'])
      .as('crm.prospects.task')

    router.post('/tasks', [TasksController, 'store']).as('crm.tasks.store')
    router.post('/tasks/:id/done', [TasksController, 'toggle']).as('crm.tasks.toggle')
  })
  .where('id', UUID)
  .use([middleware.auth(), middleware.role('agent')])

// Personal data in bulk, and what cannot be taken back, is for those who answer for it.
router
  .group(() => {
    router.get('/prospects/:id/export', [ProspectsController, 'export']).as('crm.prospects.export')
    router.post('/prospects/:id/erase', [ProspectsController, 'erase']).as('crm.prospects.erase')
    router.get('/prospects/import', [ImportsController, 'index']).as('crm.imports.index')
    router.post('/prospects/import', [ImportsController, 'store']).as('crm.imports.store')
    router.get('/prospects/imports/:id', [ImportsController, 'show']).as('crm.imports.show')
    router.post('/prospects/imports/:id/run', [ImportsController, 'run']).as('crm.imports.run')
    router
      .get('/prospects/imports/:id/rejected.csv', [ImportsController, 'rejected'])
      .as('crm.imports.rejected')
    router.post('/prospects/imports/:id/undo', [ImportsController, 'undo']).as('crm.imports.undo')
  })
  .where('id', UUID)
  .use([middleware.auth(), middleware.role('manager')])
