import { test } from '@japa/runner'
import { wallet } from '#wallet'
import { answerCache } from '#app/llm/services/answer_cache'
import { givenNoFreeRequests } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Ask the assistant', () => {
  test('class and price stand there before and after, and the way to top up', async ({
    assert,
    client,
  }) => {
    answerCache.clear()
    const { user, workspace } = await givenAWorkspace()
    await givenNoFreeRequests(workspace.id)
    const empty = await client.get('/assistant').loginAs(user)
    empty.assertStatus(200)
    empty.assertTextIncludes('No model is connected')
    const provider = await givenAFakeProvider({ answer: 'Because of the tide.' })
    try {
      const ask = (path: string, prompt: string) =>
        client.post(path).loginAs(user).withCsrfToken().form({ prompt, class: '' })
      const prompt = 'Explain why the sea comes and goes'
      const before = await ask('/assistant/price', prompt)
      before.assertTextIncludes('Class complex, by your words: $0.25.')
      const after = await ask('/assistant', prompt)
      after.assertTextIncludes('by your words: $0.25.')
      after.assertTextIncludes('Because of the tide.')
      after.assertTextIncludes('Class complex · $0.25')

      const { usd } = await wallet.summary(workspace.id)
      const amount = usd.availableMicros
      const spending = { workspaceId: workspace.id, asset: 'usd', purpose: 'test' } as const
      await wallet.hold({ ...spending, amount, idempotencyKey: 'all' })
      const refused = await ask('/assistant', 'Hello there')
      refused.assertTextIncludes('Not enough credit for this call')
      assert.match(refused.text(), /href="\/wallet"[\s\S]{0,200}Top up the wallet/)
    } finally {
      await provider.stop()
    }
  })
})
