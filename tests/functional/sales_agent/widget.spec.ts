import { test } from '@japa/runner'
import limiter from '@adonisjs/limiter/services/main'
import { Prospect } from '#crm'
import { conversationFacts } from '#sales_agent'
import AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { widgetLimits } from '#app/sales_agent/widget/limits'
import { givenAShop } from '#tests/helpers/shop'
import { givenAWorkspace } from '#tests/helpers/workspaces'

type Shop = Awaited<ReturnType<typeof givenAWorkspace>>
const ORIGIN = 'https://shop.example'

function settingsOf(shop: Shop) {
  return AgentSettings.in(shop.workspace.id).firstOrFail()
}

function call(path: string, options: { body?: unknown; token?: string; origin?: string } = {}) {
  return fetch(`http://localhost:${process.env.PORT}/widget/v1${path}`, {
    method: options.body ? 'POST' : 'GET',
    headers: {
      'origin': options.origin ?? ORIGIN,
      'content-type': 'application/json',
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
    },
    body: options.body ? JSON.stringify(options.body) : undefined,
  })
}

async function session(shop: Shop, token?: string) {
  const { widgetKey } = await settingsOf(shop)
  const response = await call('/session', { body: { key: widgetKey, visit: true }, token })
  return { response, body: (await response.json()) as any }
}

async function statusOf(answer: Promise<Response>) {
  const { status } = await answer
  return status
}

function say(token: string, text: string, clientId: string = crypto.randomUUID()) {
  return call('/messages', { body: { text, clientId, locale: 'fr' }, token })
}

test.group('Widget', (group) => {
  let shop: Shop
  group.setup(async () => {
    shop = await givenAShop()
  })
  group.each.setup(() => limiter.clear())

  test('the script is small, cacheable and carries no cookie', async ({ client, assert }) => {
    const response = await client.get('/widget.js')
    response.assertStatus(200)
    assert.isAtMost(Buffer.byteLength(response.text()), 25 * 1024)
    assert.match(response.header('cache-control')!, /max-age/)
    assert.isUndefined(response.header('set-cookie'))
    assert.notMatch(response.text(), /\beval\(|innerHTML/)
    assert.doesNotThrow(() => new Function(response.text()))
    const again = await client.get('/widget.js').header('If-None-Match', response.header('etag')!)
    again.assertStatus(304)
  })

  test('a session says that an AI answers, in both languages', async ({ assert }) => {
    const { response, body } = await session(shop)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN)
    assert.match(body.agent.greetings.fr, /intelligence artificielle/)
    assert.match(body.agent.greetings.en, /artificial intelligence/)
    assert.notProperty(body.agent, 'widgetKey')
  })

  test('a conversation survives a reload', async ({ assert }) => {
    const { body } = await session(shop)
    const answered = await say(body.token, 'une tente')
    assert.equal(answered.status, 200)
    const back = await session(shop, body.token)
    assert.deepEqual(
      back.body.messages.map((message: any) => message.role),
      ['visitor', 'agent']
    )
    assert.isAbove(back.body.messages[1].products.length, 0)
    const later = await call(`/history?after=${back.body.messages[1].id}`, { token: body.token })
    assert.deepEqual(((await later.json()) as any).messages, [])
  })

  test('a repeated message is one message with one answer', async ({ assert }) => {
    const { body } = await session(shop)
    const id = crypto.randomUUID()
    const [first, second] = await Promise.all([
      say(body.token, 'une lampe', id),
      say(body.token, 'une lampe', id),
    ])
    const turns = (await Promise.all([first.json(), second.json()])) as any[]
    assert.equal(turns[0].reply.id, turns[1].reply.id)
    const stored = await Message.in(shop.workspace.id).where(
      'conversation_id',
      turns[0].conversation.id
    )
    assert.lengthOf(stored, 2)
  })

  test('the contact form makes a lead', async ({ assert }) => {
    const { body } = await session(shop)
    await say(body.token, 'une tente')
    const wrong = await call('/contact', { body: { name: 'Zoé' }, token: body.token })
    assert.equal(wrong.status, 422)
    const response = await call('/contact', {
      body: { name: 'Zoé Petit', email: 'zoe.petit@exemple.fr', locale: 'fr' },
      token: body.token,
    })
    assert.equal(response.status, 200)
    const prospect = await Prospect.in(shop.workspace.id)
      .where('email', 'zoe.petit@exemple.fr')
      .firstOrFail()
    const conversation = await Conversation.in(shop.workspace.id)
      .where('prospect_id', prospect.id)
      .firstOrFail()
    assert.isNotNull(conversation.dealId)
    const facts = await conversationFacts(
      shop.workspace.id,
      new Date(Date.now() - 86_400_000),
      new Date(Date.now() + 86_400_000)
    )
    assert.isAbove(facts.visits, 0)
    assert.isAbove(facts.conversations, 0)
    assert.isAbove(facts.leads, 0)
    assert.isNotNull(facts.medianFirstWordMs)
    assert.lengthOf(facts.byDay, 3)
  })

  test('only listed origins may use the widget', async ({ assert }) => {
    const closed = await givenAWorkspace()
    const settings = await settingsOf(closed)
    await settings.merge({ allowedOrigins: ['https://mine.example'] }).save()
    const body = { key: settings.widgetKey }
    const refused = await call('/session', { body })
    assert.equal(refused.status, 403)
    assert.match(refused.headers.get('content-type')!, /problem\+json/)
    const allowed = await call('/session', { body, origin: 'https://mine.example' })
    assert.equal(allowed.status, 200)
    const ours = `http://localhost:${process.env.PORT}`
    assert.equal(await statusOf(call('/session', { body, origin: ours })), 200)
  })

  test('answers the browser’s question before a call', async ({ assert }) => {
    const response = await fetch(`http://localhost:${process.env.PORT}/widget/v1/messages`, {
      method: 'OPTIONS',
      headers: { 'origin': ORIGIN, 'access-control-request-method': 'POST' },
    })
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-origin'), ORIGIN)
    assert.match(response.headers.get('access-control-allow-headers')!, /authorization/)
  })

  test('wrong keys, tokens and bodies are refused with a reason', async ({ assert }) => {
    assert.equal(await statusOf(call('/session', { body: { key: 'wk_none' } })), 404)
    assert.equal(await statusOf(call('/session', { body: { key: { a: 1 } } })), 404)
    assert.equal(await statusOf(say('forged.token', 'une tente')), 401)
    assert.equal(await statusOf(call('/history')), 401)
    const { body } = await session(shop)
    assert.equal(await statusOf(say(body.token, '')), 422)
    assert.equal(await statusOf(say(body.token, 'x'.repeat(2001))), 422)
    assert.equal(await statusOf(say(body.token, 'x'.repeat(20_000))), 413)
    assert.equal(await statusOf(say(body.token, 'tente', 'x')), 422)
  })

  test('a visitor who sends too fast is told how long to wait', async ({ assert }) => {
    const { body } = await session(shop)
    let status = 200
    let last: Response | undefined
    for (let count = 0; count <= widgetLimits.perVisitor && status === 200; count++) {
      last = await say(body.token, 'merci')
      status = last.status
      await last.text()
    }
    assert.equal(status, 429)
    assert.isAbove(Number(last!.headers.get('retry-after')), 0)
    assert.equal(last!.headers.get('access-control-allow-origin'), ORIGIN)
  })

  test('a visitor sees their own conversation only', async ({ assert }) => {
    const mine = await session(shop)
    await say(mine.body.token, 'une tente')
    const other = await session(shop)
    const history = await call('/history', { token: other.body.token })
    assert.deepEqual(((await history.json()) as any).messages, [])
    const stranger = await givenAWorkspace()
    const elsewhere = await session(stranger, mine.body.token)
    assert.deepEqual(elsewhere.body.messages, [])
    assert.notEqual(elsewhere.body.token, mine.body.token)
  })
})
