import { api } from '#shared/api/route'
import { UUID } from '#shared/uuid'
import {
  downloadResponse,
  jobBody,
  jobResponse,
  jobsQuery,
  jobsResponse,
  modelBody,
  modelResponse,
  modelsQuery,
  modelsResponse,
  rerunBody,
  uploadResponse,
} from '#app/quantization/validators/api_validators'

const Models = () => import('#app/quantization/controllers/api_models_controller')
const Uploads = () => import('#app/quantization/controllers/uploads_controller')
const Jobs = () => import('#app/quantization/controllers/api_jobs_controller')

const read = { scope: 'quantization:read', tag: 'Quantization' } as const
const write = { scope: 'quantization:write', tag: 'Quantization' } as const
const BYTES = 'application/offset+octet-stream'

api.post('/models/uploads', [Uploads, 'store'], {
  ...write,
  summary: 'Begin a resumable upload',
  description:
    'The tus protocol 1.0.0 (tus.io): `Upload-Length`, and `filename` in `Upload-Metadata`. Send ' +
    'the bytes with PATCH to the address in `Location`; HEAD there tells how many have arrived. ' +
    'Then name the uploads in POST /models.',
  consumes: [BYTES],
  status: 201,
})

api
  .get('/models/uploads/:id', [Uploads, 'show'], {
    ...read,
    summary: 'An upload',
    description: 'HEAD with `Tus-Resumable: 1.0.0` answers `Upload-Offset`.',
    response: uploadResponse,
  })
  .where('id', UUID)

api
  .patch('/models/uploads/:id', [Uploads, 'update'], {
    ...write,
    summary: 'Send bytes of an upload',
    description: 'From `Upload-Offset` on; interrupted, it goes on where it stopped.',
    consumes: [BYTES],
    status: 204,
  })
  .where('id', UUID)

api
  .delete('/models/uploads/:id', [Uploads, 'destroy'], {
    ...write,
    summary: 'Give an upload up',
    status: 204,
  })
  .where('id', UUID)

api.get('/models', [Models, 'index'], {
  ...read,
  summary: 'Models, newest first',
  query: modelsQuery,
  response: modelsResponse,
})

api.post('/models', [Models, 'store'], {
  ...write,
  summary: 'Add a model',
  description:
    'From finished uploads (several make one model: shards, tokenizer, external data; a zip or tar ' +
    'is unpacked), or from a repository of Hugging Face. A small model can be the body itself: as ' +
    'files of a form, or as bytes with `?name=`. It is read in the background: GET it until ' +
    '`status` is `ready` or `refused`.',
  body: modelBody,
  consumes: ['application/json', 'multipart/form-data', 'application/octet-stream'],
  response: modelResponse,
  status: 201,
})

api
  .get('/models/:id', [Models, 'show'], {
    ...read,
    summary: 'A model: what it is, what is possible, what is recommended',
    response: modelResponse,
  })
  .where('id', UUID)

api
  .delete('/models/:id', [Models, 'destroy'], {
    ...write,
    summary: 'Delete a model with its files',
    description: 'Its jobs are cancelled, their results are deleted as well.',
    status: 204,
  })
  .where('id', UUID)

api.get('/quantization/jobs', [Jobs, 'index'], {
  ...read,
  summary: 'Quantization jobs, newest first',
  query: jobsQuery,
  response: jobsResponse,
})

api.post('/quantization/jobs', [Jobs, 'store'], {
  ...write,
  summary: 'Quantize a model',
  description:
    'Takes one quantization credit when the job succeeds; a failed or cancelled one costs nothing.',
  body: jobBody,
  response: jobResponse,
  status: 201,
})

api
  .get('/quantization/jobs/:id', [Jobs, 'show'], {
    ...read,
    summary: 'A job with its result and its comparison with the original',
    response: jobResponse,
  })
  .where('id', UUID)

api
  .delete('/quantization/jobs/:id', [Jobs, 'destroy'], {
    ...write,
    summary: 'Cancel a job',
    response: jobResponse,
  })
  .where('id', UUID)

api
  .post('/quantization/jobs/:id/rerun', [Jobs, 'rerun'], {
    ...write,
    summary: 'Run a job again with other options',
    body: rerunBody,
    response: jobResponse,
    status: 201,
  })
  .where('id', UUID)

api
  .get('/quantization/jobs/:id/events', [Jobs, 'events'], {
    ...read,
    summary: 'Progress of a job as server-sent events',
    description: 'Events `progress`, then `done` once, each with the job as its data.',
    produces: ['text/event-stream'],
  })
  .where('id', UUID)

api
  .post('/quantization/jobs/:id/downloads', [Jobs, 'download'], {
    ...write,
    summary: 'Make download links',
    description: 'They need no key, understand HTTP ranges and end after 24 hours.',
    response: downloadResponse,
    status: 201,
  })
  .where('id', UUID)

api
  .delete('/quantization/jobs/:id/downloads/:downloadId', [Jobs, 'revoke'], {
    ...write,
    summary: 'Take download links back',
    status: 204,
  })
  .where('id', UUID)
  .where('downloadId', UUID)
