import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { jobs } from '#shared/jobs/jobs'
import { failDeadImports } from '#app/sales_agent/catalog/jobs/fail_dead_imports'
import {
  IMPORT_JOB,
  importUpload,
  receiveUpload,
  storedUpload,
} from '#app/sales_agent/catalog/services/receive_upload'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const HEADER = 'title,price,description\n'

/** A file large enough to be left to the job: 1.5 MB. */
const LARGE = `${HEADER}Lamp,20.00,${'x'.repeat(1000)}\n${'Lamp,20.00,same\n'.repeat(100_000)}`

async function aFile(content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'upload-'))
  const path = join(folder, 'file.csv')
  await writeFile(path, content)
  return path
}

async function statusOf(importId: string) {
  const row = await db.from('catalog_imports').where('id', importId).firstOrFail()
  return { status: row.status, failure: row.failure }
}

test.group('Catalogue uploads', () => {
  test('a large file waits for its job, whose row and job come together', async ({ assert }) => {
    const { workspace, user } = await givenAWorkspace()
    const path = await aFile(LARGE)
    const upload = { workspaceId: workspace.id, userId: user.id, path, fileName: 'large.csv' }
    const importId = await receiveUpload(upload)
    assert.isTrue(existsSync(storedUpload(importId)))
    assert.equal((await statusOf(importId)).status, 'queued')
    const pending = await jobs.pending({ owners: [workspace.id] })
    assert.containsSubset(pending, [{ name: IMPORT_JOB }])

    const { enqueue } = jobs
    jobs.enqueue = async () => {
      throw new Error('The queue is away')
    }
    try {
      await assert.rejects(() => receiveUpload(upload), 'The queue is away')
    } finally {
      jobs.enqueue = enqueue
    }
    assert.lengthOf(await db.from('catalog_imports').where('workspace_id', workspace.id), 1)
  })

  test('the stored file goes at the end, also when nothing could be read', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const job = await aStoredImport(workspace.id, 'nothing;useful\n1;2\n')
    await importUpload(job, false)
    assert.equal((await statusOf(job.importId)).status, 'failed')
    assert.isFalse(existsSync(storedUpload(job.importId)))
  })

  test('an unexpected failure keeps the file for the next attempt only', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const job = await aStoredImport(workspace.id, `${HEADER}Lamp,20.00,\n`)
    const broken = { ...job, workspaceId: crypto.randomUUID() }
    await assert.rejects(() => importUpload(broken, false))
    assert.isTrue(existsSync(storedUpload(job.importId)))
    await assert.rejects(() => importUpload(broken, true))
    assert.isFalse(existsSync(storedUpload(job.importId)))
  })

  test('an import whose process died is marked as failed after two hours', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const dead = await aStoredImport(workspace.id, HEADER)
    const alive = await aStoredImport(workspace.id, HEADER)
    const began = (hours: number) => db.raw('now() - make_interval(hours => ?)', [hours])
    const rows = () => db.from('catalog_imports').where('workspace_id', workspace.id)
    await rows().update({ status: 'running', created_at: began(5), started_at: began(1) })
    await rows()
      .where('id', dead.importId)
      .update({ started_at: began(3) })
    await failDeadImports()
    assert.deepEqual(await statusOf(dead.importId), { status: 'failed', failure: 'interrupted' })
    assert.isFalse(existsSync(storedUpload(dead.importId)))
    assert.equal((await statusOf(alive.importId)).status, 'running')
  })
})

async function aStoredImport(workspaceId: string, content: string) {
  const [row] = (await db
    .table('catalog_imports')
    .insert({ workspace_id: workspaceId, file_name: 'stored.csv' })
    .returning('id')) as { id: string }[]
  const importId = row!.id
  const path = storedUpload(importId)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  return { workspaceId, importId, fileName: 'stored.csv' }
}
