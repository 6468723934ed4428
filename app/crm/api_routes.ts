import { api } from '#shared/api/route'
import {
  dealBody,
  dealDetailsResponse,
  dealQuery,
  dealResponse,
  dealsResponse,
  importResponse,
  pageQuery,
  prospectBody,
  prospectResponse,
  prospectsResponse,
  stageBody,
} from '#app/crm/validators/api_validators'
import { UUID } from '#shared/uuid'

const Prospects = () => import('#app/crm/controllers/api_prospects_controller')
const Deals = () => import('#app/crm/controllers/api_deals_controller')

api.get('/prospects', [Prospects, 'index'], {
  scope: 'crm:read',
  tag: 'CRM',
  summary: 'Search prospects',
  query: pageQuery,
  response: prospectsResponse,
})

api.post('/prospects', [Prospects, 'store'], {
  scope: 'crm:write',
  tag: 'CRM',
  summary: 'Create a prospect, or find the one with this e-mail or phone',
  description: 'Answers 201 for a new prospect and 200 for one that is known already.',
  body: prospectBody,
  response: prospectResponse,
  status: 201,
})

api.post('/prospects/import', [Prospects, 'import'], {
  scope: 'crm:write',
  tag: 'CRM',
  summary: 'Import a CSV of prospects',
  description:
    'The file as multipart field `file`, or as the body with `Content-Type: text/csv`. Encoding, ' +
    'delimiter and columns are found by themselves.',
  consumes: ['multipart/form-data', 'text/csv', 'application/csv', 'text/plain'],
  response: importResponse,
})

api.get('/deals', [Deals, 'index'], {
  scope: 'crm:read',
  tag: 'CRM',
  summary: 'List deals, newest first',
  query: dealQuery,
  response: dealsResponse,
})

api.post('/deals', [Deals, 'store'], {
  scope: 'crm:write',
  tag: 'CRM',
  summary: 'Open a deal',
  body: dealBody,
  response: dealResponse,
  status: 201,
})

api
  .get('/deals/:id', [Deals, 'show'], {
    scope: 'crm:read',
    tag: 'CRM',
    summary: 'A deal with its history',
    response: dealDetailsResponse,
  })
  .where('id', UUID)

api
  .post('/deals/:id/stage', [Deals, 'move'], {
    scope: 'crm:write',
    tag: 'CRM',
    summary: 'Move, win or lose a deal',
    description:
      'The last stage wins the deal and needs an amount; `lostReason` loses it where it stands.',
    body: stageBody,
    response: dealResponse,
  })
  .where('id', UUID)
