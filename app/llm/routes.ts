import router from '@adonisjs/core/services/router'
import { api } from '#shared/api/route'
import { middleware } from '#start/kernel'
import { assistantAnswerShape, assistantRequestValidator } from './validators/assistant_request.js'

const privacy = () => import('./controllers/privacy_controller.js')
const localModels = () => import('./controllers/local_models_controller.js')
const technical = () => import('./controllers/technical_controller.js')
const assistant = () => import('./controllers/assistant_controller.js')
const models = () => import('./controllers/models_controller.js')

router
  .group(() => {
    router
      .group(() => {
        router.get('/assistant', [assistant, 'show']).as('show')
        router.post('/assistant', [assistant, 'store']).as('store')
        router.post('/assistant/price', [assistant, 'price']).as('price')
      })
      .as('llm.assistant')
      .use(middleware.role('agent'))
    router.get('/models', [models, 'index']).as('llm.models.index')
    router.get('/models/technical', [technical, 'index']).as('llm.technical.index')
    router
      .post('/models/test', [models, 'test'])
      .use(middleware.role('manager'))
      .as('llm.models.test')
    router
      .group(() => {
        router.post('/models/local', [localModels, 'store']).as('store')
        router.post('/models/local/stop', [localModels, 'destroy']).as('destroy')
      })
      .as('llm.local')
      .use(middleware.operator())
    router
      .group(() => {
        router.get('/models/privacy', [privacy, 'index']).as('index')
        router.post('/models/privacy', [privacy, 'update']).as('update')
      })
      .as('llm.privacy')
      .use(middleware.role('manager'))
  })
  .use(middleware.auth())

api.post(
  '/assistant/requests',
  [() => import('./controllers/api_assistant_controller.js'), 'store'],
  {
    scope: 'llm:write',
    tag: 'Assistant',
    summary: 'Ask a language model',
    description:
      'The class decides the price and the model; without one the box decides by the prompt. An identical request within five minutes is free (`cached`), and so are the first three requests of a workspace (`free`). Above the hourly ceiling of the wallet a cheaper model answers, and the `class` and price that come back are those of the cheapest class. 402 when the credit is short, 503 with `E_NO_PROVIDER` when no model is connected.',
    body: assistantRequestValidator,
    response: assistantAnswerShape,
  }
)
