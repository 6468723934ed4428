import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { mayReadMetrics } from '#shared/platform/metrics/access'
import { describeError } from '#shared/platform/log_error'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Health and metrics', () => {
  test('ready when everything works, with each check named', async ({ client, assert }) => {
    const response = await client.get('/health/ready')
    response.assertStatus(200)
    const { checks } = response.body()
    assert.sameMembers(
      checks.map((check: { name: string }) => check.name),
      ['database', 'migrations', 'jobs', 'disk']
    )
  })

  test('not ready while the database does not answer', async ({ client, assert, cleanup }) => {
    const original = db.rawQuery
    cleanup(() => void (db.rawQuery = original))
    db.rawQuery = (() =>
      Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))) as never
    const response = await client.get('/health/ready')
    response.assertStatus(503)
    const database = response
      .body()
      .checks.find((check: { name: string }) => check.name === 'database')
    assert.deepEqual(database, { name: 'database', ok: false, reason: 'failed with ECONNREFUSED' })
  })

  test('metrics count requests by route and status', async ({ client, assert }) => {
    await client.get('/health/live')
    const response = await client.get('/metrics')
    response.assertStatus(200)
    const text = response.text()
    assert.match(
      text,
      /http_request_duration_seconds_count\{method="GET",route="\/health\/live",status="200"\} \d+/
    )
    assert.match(text, /db_pool_connections\{state="used"\} \d+/)
    assert.include(text, 'process_resident_memory_bytes')
  })

  test('metrics are hidden from requests that a proxy passed on', async ({ client }) => {
    const response = await client.get('/metrics').header('x-forwarded-for', '203.0.113.7')
    response.assertStatus(404)
  })

  test('and from other machines', ({ assert }) => {
    const from = (remoteAddress: string) =>
      mayReadMetrics({
        request: { header: () => undefined, request: { socket: { remoteAddress } } },
      } as never)
    assert.isTrue(from('127.0.0.1'))
    assert.isTrue(from('::ffff:127.0.0.1'))
    assert.isFalse(from('192.168.1.20'))
    assert.isFalse(from('::ffff:10.0.0.1'))
  })

  test('the log keeps no values of rows', ({ assert }) => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint'), {
      code: '23505',
      constraint: 'users_email_unique',
      detail: 'Key (email)=(ada@example.com) already exists.',
    })
    const logged = JSON.stringify(describeError(error))
    assert.include(logged, 'users_email_unique')
    assert.notInclude(logged, 'ada@example.com')
  })
})

test.group('Background work page', () => {
  test('the owner sees it, others do not', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/settings/jobs').loginAs(user).header('accept-language', 'fr')
    page.assertStatus(200)
    assert.include(page.text(), 'Tâches de fond')
  })

  test('jobs of nobody cannot be touched', async ({ client }) => {
    const { user } = await givenAWorkspace()
    for (const action of ['retry', 'dismiss', 'cancel']) {
      const response = await client
        .post(`/settings/jobs/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b/${action}`)
        .loginAs(user)
        .withCsrfToken()
      response.assertStatus(404)
    }
  })
})
