import { test } from '@japa/runner'
import { llm } from '#llm'
import { wallet } from '#wallet'
import LlmCall from '#app/llm/models/llm_call'
import { answerCache } from '#app/llm/services/answer_cache'
import { usdOf } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import env from '#start/env'

const request = (workspaceId: string, name: 'standard' | 'complex' | 'advanced') => ({
  ...{ workspaceId, purpose: 'test.pace', class: name, system: '' },
  messages: [{ role: 'user' as const, text: `Compare ${name}` }],
})

async function spend(workspaceId: string, amount: number) {
  const spending = { workspaceId, asset: 'usd', purpose: 'test', idempotencyKey: 'a' } as const
  const held = await wallet.hold({ ...spending, amount })
  if (held.ok) await wallet.capture({ ...spending, holdId: held.holdId, amount })
}

test.group('Above the hourly ceiling', (group) => {
  group.each.setup(async () => {
    answerCache.clear()
    const provider = await givenAFakeProvider({ answer: 'Here you are.' })
    env.set('OPENAI_MODEL', '')
    return () => provider.stop()
  })

  test('a cheaper model answers at the price of the cheapest class', async ({ assert, client }) => {
    const { user, workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const calm = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const { ceilingMicros } = await wallet.pace(workspace.id)
    await spend(workspace.id, ceilingMicros)
    const before = await usdOf(workspace.id)

    const answered = await llm.complete(request(workspace.id, 'complex'))
    assert.containSubset(answered, {
      ...{ ok: true, model: 'gpt-6-luna', class: 'simple', priceMicros: 50_000 },
    })
    const after = await usdOf(workspace.id)
    assert.equal(before.availableMicros - after.availableMicros, 50_000)
    assert.equal(after.heldMicros, 0)
    const [call] = await LlmCall.in(workspace.id)
    assert.containSubset(call!.serialize(), { class: 'simple', degradedFrom: 'complex' })
    const page = await client.get('/models').loginAs(user)
    page.assertTextIncludes('instead of complex')

    const usual = await llm.complete(request(calm.workspace.id, 'complex'))
    assert.containSubset(usual, { model: 'gpt-6.1-sol', class: 'complex', priceMicros: 250_000 })
  })

  test('what the cheapest model answers anyway stays as it is', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    const { ceilingMicros } = await wallet.pace(workspace.id)
    await spend(workspace.id, ceilingMicros)
    const answered = await llm.complete(request(workspace.id, 'standard'))
    assert.containSubset(answered, { class: 'standard', model: 'gpt-6-luna', priceMicros: 100_000 })
  })
})
