import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { VerifyLedger } from '#wallet'
import LlmCall from '#app/llm/models/llm_call'
import { RecoverCalls } from '#app/llm/calls/recover_calls'
import { givenNoFreeRequests, usdOf } from '#tests/helpers/balances'
import { FakeOpenAi } from '#tests/helpers/fake_openai'
import { startWebProcess } from '#tests/helpers/web_process'
import { givenAWorkspace } from '#tests/helpers/workspaces'

async function until(happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await happened())) {
    if (Date.now() > deadline) throw new Error('It did not happen in time')
    await new Promise((done) => setTimeout(done, 50))
  }
}

test.group('A process killed between the answer and the capture', () => {
  test('leaves nothing charged, nothing held and the attempt on record', async ({ assert }) => {
    const { workspace, apiKey } = await givenAWorkspace({ plans: { assistant: 'pro' } })
    await givenNoFreeRequests(workspace.id)
    const before = await usdOf(workspace.id)
    const fake = new FakeOpenAi()
    const web = await startWebProcess({
      ...{ OPENAI_BASE_URL: await fake.start(), OPENAI_MODEL: 'gpt-6-luna', QUEUE_WORKER: 'off' },
    })
    // The capture and the call's row are one transaction: it waits at this lock, not committed.
    const lock = await db.transaction()
    try {
      await lock.rawQuery('lock table llm_calls in exclusive mode')
      const asked = fetch(`${web.url}/api/v1/assistant/requests`, {
        method: 'POST',
        headers: { 'authorization': `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'Hello', class: 'simple' }),
      }).catch(() => null)
      await until(async () => {
        const { rows } = await db.rawQuery(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%llm_calls%'`
        )
        return rows.length > 0
      })
      await web.kill()
      await asked
    } finally {
      await lock.rollback()
      await web.kill()
      await fake.stop()
    }
    assert.lengthOf(fake.requests, 1)
    const inFourMinutes = new Date(Date.now() + 4 * 60_000)
    await until(async () => (await LlmCall.in(workspace.id)).length === 0)
    await new RecoverCalls().handle(inFourMinutes)

    const [call] = await LlmCall.in(workspace.id)
    assert.containsSubset(call?.$attributes, {
      ...{ outcome: 'failed', failureCode: 'lost', priceMicros: 0, usageSource: 'estimated' },
    })
    assert.isAbove(call!.providerCostNano!, 0)
    const after = await usdOf(workspace.id)
    assert.equal(after.availableMicros, before.availableMicros)
    assert.deepEqual((await new VerifyLedger().handle()).differences, [])
    assert.equal(await new RecoverCalls().handle(inFourMinutes), 0)
  }).timeout(90_000)
})
