import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'
import { answerCache } from '#app/llm/services/answer_cache'
import { givenNoFreeRequests } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAnOperator, givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Assistant by API', () => {
  test('without a model it says what to do', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const response = await client
      .post('/api/v1/assistant/requests')
      .bearerToken(apiKey)
      .json({ prompt: 'Hello' })
    response.assertStatus(503)
    assert.equal(response.body().code, 'E_NO_PROVIDER')
    assert.match(response.body().detail, /no_provider.*OPENAI_API_KEY/)
  })

  test('answers with class and price, the second time from memory', async ({ client, assert }) => {
    answerCache.clear()
    const provider = await givenAFakeProvider({ answer: 'Bonjour !' })
    try {
      const { apiKey, workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
      await givenNoFreeRequests(workspace.id)
      const ask = () =>
        client
          .post('/api/v1/assistant/requests')
          .bearerToken(apiKey)
          .json({ prompt: 'Dites bonjour' })
      const first = await ask()
      first.assertStatus(200)
      assert.containsSubset(first.body(), {
        answer: 'Bonjour !',
        class: 'simple',
        priceMicros: 50_000,
        cached: false,
      })
      const second = await ask()
      assert.containsSubset(second.body(), { priceMicros: 0, cached: true })
      const wrong = await client
        .post('/api/v1/assistant/requests')
        .bearerToken(apiKey)
        .json({ prompt: '', class: 'huge' })
      wrong.assertStatus(422)
    } finally {
      await provider.stop()
    }
  })

  test('short credit is a 402', async ({ client }) => {
    const provider = await givenAFakeProvider()
    try {
      const { apiKey, workspace } = await givenAWorkspace()
      await givenNoFreeRequests(workspace.id)
      let status = 200
      for (let count = 0; count < 12 && status === 200; count++) {
        const response = await client
          .post('/api/v1/assistant/requests')
          .bearerToken(apiKey)
          .json({ prompt: `Question ${count}`, class: 'advanced' })
        status = response.status()
        if (status !== 200) response.assertStatus(402)
      }
    } finally {
      await provider.stop()
    }
  })
})

test.group('Models page', () => {
  test('shows how to connect, makes a test call and shows its cost', async ({ client, assert }) => {
    const { user } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const empty = await client.get('/models').loginAs(user)
    empty.assertStatus(200)
    assert.include(empty.text(), 'OPENAI_API_KEY')
    const provider = await givenAFakeProvider({ answer: 'Hello there.' })
    try {
      const tested = await client.post('/models/test').loginAs(user).withCsrfToken()
      tested.assertStatus(200)
      assert.include(tested.text(), 'Hello there.')
      const page = await client.get('/models').loginAs(user)
      assert.include(page.text(), 'gpt-6-luna')
      assert.include(page.text(), '$0.05')
    } finally {
      await provider.stop()
    }
  })

  test('the operator chooses a model on the box, others may not', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const refused = await client
      .post('/models/local')
      .loginAs(user)
      .withCsrfToken()
      .form({ path: '/etc/hostname', use: 'hybrid' })
    refused.assertStatus(403)
    const operator = await givenAnOperator()
    const choose = (path: string) =>
      client
        .post('/models/local')
        .loginAs(operator.user)
        .withCsrfToken()
        .form({ path, use: 'everything' })
    assert.include((await choose('/etc/hostname')).text(), 'not a GGUF')
    assert.include((await choose('/nowhere.gguf')).text(), 'no file')

    const file = app.tmpPath('tiny.gguf')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'GGUF and nothing else')
    const chosen = await choose(file)
    assert.include(chosen.text(), 'tiny.gguf')
    assert.include(chosen.text(), 'every request')
    await client.post('/models/local/stop').loginAs(operator.user).withCsrfToken()
    const after = await client.get('/models').loginAs(operator.user)
    assert.notInclude(after.text(), 'Run no model on the box')
  })
})
