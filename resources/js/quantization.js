/*
 * Models come in as resumable uploads, one per file, and the form then names them; a job's page
 * follows it by server-sent events.
 */
import { Upload } from 'tus-js-client'
import { toast } from './portal/toasts.js'

/** Small enough that an interrupted connection loses little, large enough to keep it busy. */
const CHUNK_BYTES = 32 * 1024 * 1024
const PATIENCE_MS = [0, 1000, 3000, 10000, 30000, 60000]

const form = document.querySelector('form[data-uploads]')
if (form) startUploads(form)

function startUploads(sender) {
  const list = sender.querySelector('[data-files]')
  const drop = sender.querySelector('[data-drop]')
  const input = sender.querySelector('input[type=file]')
  const words = sender.dataset
  const files = new Map()

  const take = () => {
    for (const file of input.files) add(file, file.webkitRelativePath)
    input.value = ''
  }
  input.addEventListener('change', take)
  for (const name of ['dragenter', 'dragover']) {
    drop.addEventListener(name, (event) => {
      event.preventDefault()
      drop.classList.add('border-primary', 'bg-base-200')
    })
  }
  for (const name of ['dragleave', 'drop']) {
    drop.addEventListener(name, (event) => {
      event.preventDefault()
      drop.classList.remove('border-primary', 'bg-base-200')
    })
  }
  drop.addEventListener('drop', async (event) => {
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.())
    const loose = [...event.dataTransfer.files]
    const found = entries.some((entry) => entry?.isDirectory)
      ? (await Promise.all(entries.filter(Boolean).map((entry) => walk(entry)))).flat()
      : loose.map((file) => ({ file, path: '' }))
    for (const { file, path } of found) add(file, path)
  })

  function add(file, path) {
    const row = document.createElement('li')
    row.className = 'rounded-box border border-base-300 p-3'
    const top = document.createElement('div')
    top.className = 'flex items-baseline justify-between gap-3'
    const name = document.createElement('span')
    name.className = 'min-w-0 break-all font-medium'
    name.textContent = path || file.name
    const state = document.createElement('span')
    state.className = 'flex-none text-[0.8125rem] muted tabular'
    const remove = document.createElement('button')
    remove.type = 'button'
    remove.className = 'btn btn-ghost btn-sm'
    remove.textContent = words.remove
    remove.setAttribute('aria-label', `${words.remove}: ${path || file.name}`)
    const meter = document.createElement('progress')
    meter.className = 'progress progress-primary mt-2 w-full'
    meter.max = 1
    meter.value = 0
    meter.setAttribute('aria-label', path || file.name)
    top.append(name, state, remove)
    row.append(top, meter)
    list.append(row)

    const began = performance.now()
    const upload = new Upload(file, {
      endpoint: sender.dataset.uploads,
      chunkSize: CHUNK_BYTES,
      retryDelays: PATIENCE_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, ...(path ? { relativePath: path } : {}) },
      headers: { 'X-CSRF-TOKEN': sender.querySelector('[name=_csrf]').value },
      onProgress: (sent, total) => {
        meter.value = total ? sent / total : 1
        const seconds = ((performance.now() - began) / 1000) * (total / Math.max(1, sent) - 1)
        state.textContent = `${Math.floor((100 * sent) / Math.max(1, total))} % · ${remaining(seconds)}`
      },
      onError: (error) => {
        entry.failed = true
        state.textContent = words.failed
        row.classList.add('border-error')
        toast({ kind: 'error', text: reasonOf(error) ?? words.failed })
      },
      onSuccess: () => {
        entry.id = upload.url.split('/').at(-1)
        meter.value = 1
        state.textContent = words.sent
        if (entry.waiting) sender.requestSubmit()
      },
    })
    const entry = { upload, id: null, failed: false, waiting: false }
    files.set(row, entry)
    remove.addEventListener('click', () => {
      upload.abort(true).catch(() => {})
      files.delete(row)
      row.remove()
      input.focus()
    })
    upload
      .findPreviousUploads()
      .then((previous) => {
        if (previous[0]) upload.resumeFromPreviousUpload(previous[0])
      })
      .catch(() => {})
      .finally(() => upload.start())
  }

  function remaining(seconds) {
    const value = seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`
    return words.remaining.replace('#', value)
  }

  // Before the listener of all forms, which lets each be sent once only.
  sender.addEventListener(
    'submit',
    (event) => {
      const entries = [...files.values()].filter(({ failed }) => !failed)
      const open = entries.filter(({ id }) => !id)
      if (open.length > 0 || entries.length === 0) {
        event.preventDefault()
        event.stopImmediatePropagation()
        for (const entry of open) entry.waiting = true
        toast({ kind: 'info', text: words.waiting })
        return
      }
      for (const old of sender.querySelectorAll('[name="uploads[]"]')) old.remove()
      for (const { id } of entries) {
        const field = document.createElement('input')
        field.type = 'hidden'
        field.name = 'uploads[]'
        field.value = id
        sender.append(field)
      }
    },
    true
  )

  // Chosen while the page was still loading.
  take()

  window.addEventListener('beforeunload', (event) => {
    const busy = [...files.values()].some(({ id, failed }) => !id && !failed)
    if (busy) event.preventDefault()
  })
}

/** The files below a folder that was dropped. */
async function walk(entry, base = '') {
  const path = base ? `${base}/${entry.name}` : entry.name
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject))
    return file.name.startsWith('.') ? [] : [{ file, path }]
  }
  const reader = entry.createReader()
  const found = []
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    for (const one of some) found.push(...(await walk(one, path)))
  }
}

/** The sentence that the box has answered, when it has. */
function reasonOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail ?? null
  } catch {
    return null
  }
}

const job = document.querySelector('[data-job-events]')
if (job) {
  const events = new EventSource(job.dataset.jobEvents)
  events.addEventListener('progress', () => {
    window.htmx.ajax('GET', job.dataset.jobLive, { target: '#job-live', swap: 'outerHTML' })
  })
  events.addEventListener('done', () => {
    events.close()
    window.location.reload()
  })
  window.addEventListener('pagehide', () => events.close())
}
