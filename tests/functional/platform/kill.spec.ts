import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { VerifyLedger } from '#wallet'
import { jobs } from '#shared/jobs/jobs'
import { FakeOpenAi } from '#tests/helpers/fake_openai'
import { givenAShop } from '#tests/helpers/shop'
import { startWebProcess, type WebProcess } from '#tests/helpers/web_process'

const QUESTION = 'Do you have a tent for 3 people under 300 €?'

async function until<T>(probe: () => Promise<T | null | undefined | false>, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (Date.now() > deadline) throw new Error('It did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test.group('A web process that is killed', (group) => {
  const provider = new FakeOpenAi()
  const started: WebProcess[] = []
  let providerUrl: string

  group.setup(async () => {
    providerUrl = await provider.start()
    return () => provider.stop()
  })
  group.each.teardown(async () => {
    for (const web of started.splice(0)) await web.kill()
  })

  async function start() {
    const web = await startWebProcess({ OPENAI_BASE_URL: providerUrl, OPENAI_MODEL: 'fake' })
    started.push(web)
    return web
  }

  test('in the middle of an answer loses neither the question nor money', async ({ assert }) => {
    const { workspace, apiKey } = await givenAShop()
    const headers = { 'authorization': `Bearer ${apiKey}`, 'content-type': 'application/json' }
    const post = (web: WebProcess, path: string, body: object) =>
      fetch(`${web.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })

    provider.behaviour = { delayMs: 60_000 }
    const first = await start()
    const { id } = (await (await post(first, '/conversations', { locale: 'en' })).json()) as {
      id: string
    }
    const lost = post(first, `/conversations/${id}/messages`, { text: QUESTION }).catch(() => null)
    await until(async () => provider.requests.length > 0, 20_000)
    await first.kill()
    await lost

    const mine = { workspace_id: workspace.id, conversation_id: id }
    const question = await db
      .from('messages')
      .where({ ...mine, text: QUESTION })
      .firstOrFail()
    assert.equal(question.state, 'pending')
    const held = await db.from('wallet_holds').where({ workspace_id: workspace.id, status: 'open' })
    assert.isAbove(held.length, 0)

    // As if the time had passed after which the dead process no longer owns the message.
    await db
      .from('messages')
      .where({ id: question.id })
      .update({ claimed_until: new Date(0) })
    provider.behaviour = { delayMs: 0, answer: 'We have tents for you.' }
    await start()
    // The job that looks for such messages runs every minute; the test does not wait that long.
    await jobs.enqueue('sales_agent.answer_pending', { conversationId: id })
    const answer = await until(
      () =>
        db
          .from('messages')
          .where({ ...mine, reply_to: question.id })
          .first(),
      30_000
    )
    assert.isNotEmpty(answer.text)

    const answers = await db.from('messages').where({ ...mine, reply_to: question.id })
    assert.lengthOf(answers, 1)
    const units = await db
      .from('wallet_transfers')
      .where({ workspace_id: workspace.id, asset: 'conversation', kind: 'capture' })
    assert.lengthOf(units, 1)
    assert.deepEqual((await new VerifyLedger().handle()).differences, [])
  }).timeout(90_000)
})
