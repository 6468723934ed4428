import { test } from '@japa/runner'

test.group('Health', () => {
  test('answers while the process lives', async ({ client }) => {
    const response = await client.get('/health/live')
    response.assertStatus(200)
    response.assertBody({ status: 'ok' })
  })
})
