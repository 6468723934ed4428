import { test } from '@japa/runner'
import type { ApiClient } from '@japa/api-client'
import { Deal, Prospect } from '#crm'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { conversationsLeft } from '#tests/helpers/balances'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { givenAShop } from '#tests/helpers/shop'

type Shop = Awaited<ReturnType<typeof givenAShop>>

async function open(client: ApiClient, shop: Shop, locale = 'fr') {
  const response = await client
    .post('/api/v1/conversations')
    .bearerToken(shop.apiKey)
    .json({ locale })
  response.assertStatus(201)
  return response.body().id as string
}

function say(client: ApiClient, shop: Shop, id: string, text: unknown) {
  return client.post(`/api/v1/conversations/${id}/messages`).bearerToken(shop.apiKey).json({ text })
}

test.group('Conversations by API, without a model', (group) => {
  let shop: Shop
  group.setup(async () => {
    shop = await givenAShop()
  })

  test('answers from the catalogue in the visitor’s language', async ({ client, assert }) => {
    const id = await open(client, shop)
    const response = await say(client, shop, id, 'Je cherche une tente à moins de 400 euros')
    response.assertStatus(200)
    const { reply, cost } = response.body()
    assert.isAbove(reply.products.length, 0)
    for (const product of reply.products) {
      assert.isAtMost(Number(product.price), 400)
      assert.match(product.price, /^\d+\.\d{2}$/)
      assert.containsSubset(product, { currency: 'EUR' })
      assert.properties(product, ['id', 'title', 'available', 'url'])
    }
    assert.match(reply.text, /intelligence artificielle/)
    assert.deepEqual(cost, { micros: 0, class: 'grounded' })

    const english = await say(client, shop, id, 'Do you have a tent for two people?')
    assert.match(english.body().reply.text, /[a-z]/)
    const conversation = await Conversation.in(shop.workspace.id).where('id', id).firstOrFail()
    assert.equal(conversation.locale, 'en')
  })

  test('takes one conversation unit at the first message', async ({ client, assert }) => {
    const before = await conversationsLeft(shop.workspace.id)
    const id = await open(client, shop)
    const available = () => conversationsLeft(shop.workspace.id)
    assert.equal(await available(), before)
    await say(client, shop, id, 'Bonjour')
    assert.equal(await available(), before - 1)
    await say(client, shop, id, 'une lampe')
    assert.equal(await available(), before - 1)
  })

  test('contact details become prospect and deal, once', async ({ client, assert }) => {
    const id = await open(client, shop)
    await say(client, shop, id, 'Je cherche un sac à dos')
    const response = await say(client, shop, id, 'Contactez-moi à Lea.Durand@exemple.fr')
    const { reply, conversation } = response.body()
    assert.equal(reply.kind, 'contact')
    assert.match(reply.text, /Merci/)
    assert.isString(conversation.prospectId)
    assert.isString(conversation.dealId)
    await say(client, shop, id, 'mon mail est lea.durand@exemple.fr')
    const prospects = await Prospect.in(shop.workspace.id).where('email', 'lea.durand@exemple.fr')
    assert.lengthOf(prospects, 1)
    const deals = await Deal.in(shop.workspace.id).where('prospect_id', prospects[0]!.id)
    assert.lengthOf(deals, 1)
    assert.equal(deals[0]!.conversationId, id)
  })

  test('a question beside the contact details is answered too', async ({ client, assert }) => {
    const id = await open(client, shop, 'en')
    const response = await say(client, shop, id, 'Do you have a tent? My e-mail is bob@example.com')
    const { reply, conversation } = response.body()
    assert.isAbove(reply.products.length, 0)
    assert.match(reply.text, /Thank you/)
    assert.isString(conversation.prospectId)
  })

  test('a deal is named after what was asked, never after contact details', async ({
    client,
    assert,
  }) => {
    const titleOf = async (text: string) => {
      const id = await open(client, shop, 'en')
      const response = await say(client, shop, id, text)
      const { conversation, reply } = response.body()
      const deal = await Deal.in(shop.workspace.id).where('id', conversation.dealId).firstOrFail()
      return { title: deal.title, reply }
    }
    const asked = await titleOf('Do you have a tent? Contact me at title.one@example.com')
    assert.equal(asked.title, asked.reply.products[0].title)
    const bare = await titleOf('Call me on +44 20 7946 0011 please, my name is Bob Stone')
    assert.equal(bare.title, 'Bob Stone')
    const unknown = await titleOf('Do you sell tractors? My mail is title.two@example.com')
    assert.notInclude(unknown.title, '@')
    assert.match(unknown.title, /tractors/)
    assert.notMatch(unknown.reply.text, /leave/i)
  })

  test('a language may come as a browser writes it', async ({ client }) => {
    for (const locale of ['fr-FR', 'en_GB', 'EN']) {
      const response = await client
        .post('/api/v1/conversations')
        .bearerToken(shop.apiKey)
        .json({ locale })
      response.assertStatus(201)
      response.assertBodyContains({ locale: locale.slice(0, 2).toLowerCase() })
    }
  })

  test('a wish for a person hands over; the agent then keeps quiet', async ({ client, assert }) => {
    const id = await open(client, shop)
    const first = await say(client, shop, id, 'Je voudrais parler à un humain')
    assert.equal(first.body().reply.kind, 'handoff')
    assert.equal(first.body().conversation.status, 'handoff')
    const second = await say(client, shop, id, 'Une tente ?')
    assert.equal(second.body().reply.kind, 'waiting')
    assert.lengthOf(second.body().reply.products, 0)
  })

  test('streams as server-sent events', async ({ assert }) => {
    const id = await (async () => {
      const response = await fetch(`${baseUrl()}/api/v1/conversations`, {
        method: 'POST',
        headers: headers(shop),
        body: '{"locale":"fr"}',
      })
      return ((await response.json()) as { id: string }).id
    })()
    const response = await fetch(`${baseUrl()}/api/v1/conversations/${id}/messages`, {
      method: 'POST',
      headers: { ...headers(shop), accept: 'text/event-stream' },
      body: JSON.stringify({ text: 'une tente' }),
    })
    assert.match(response.headers.get('content-type')!, /text\/event-stream/)
    const events = readEvents(await response.text())
    const done = events.at(-1)!
    assert.equal(done.name, 'done')
    const words = events.filter(({ name }) => name === 'token').map(({ data }) => data.text)
    assert.equal(words.join(''), done.data.reply.text)
    const cards = events.find(({ name }) => name === 'products')!
    assert.deepEqual(cards.data.products, done.data.reply.products)
  })

  test('refuses {name} with a message')
    .with([
      { name: 'nothing', text: '' },
      { name: 'blanks', text: '   ' },
      { name: 'too much', text: 'x'.repeat(2001) },
      { name: 'a number', text: 12 },
      { name: 'null', text: null },
      { name: 'an object', text: { $ne: 1 } },
    ])
    .run(async ({ client, assert }, { text }) => {
      const id = await open(client, shop)
      const response = await say(client, shop, id, text)
      response.assertStatus(422)
      assert.equal(response.body().errors[0].field, 'text')
    })

  test('the same idempotency key gives the same turn', async ({ client, assert }) => {
    const id = await open(client, shop)
    const send = (text: string) =>
      client
        .post(`/api/v1/conversations/${id}/messages`)
        .bearerToken(shop.apiKey)
        .header('Idempotency-Key', 'turn-1')
        .json({ text })
    const first = await send('une lampe frontale')
    const again = await send('une lampe frontale')
    assert.deepEqual(again.body(), first.body())
    const other = await send('autre chose')
    other.assertStatus(422)
    const stored = await Message.in(shop.workspace.id).where('conversation_id', id)
    assert.lengthOf(stored, 2)
  })

  test('another workspace’s key finds nothing', async ({ client }) => {
    const id = await open(client, shop)
    const stranger = await givenAWorkspace()
    const response = await say(client, stranger, id, 'Bonjour')
    response.assertStatus(404)
    const nonsense = await say(client, shop, 'not-an-id', 'Bonjour')
    nonsense.assertStatus(404)
  })

  test('what is not sold shows no product', async ({ client, assert }) => {
    const id = await open(client, shop)
    const response = await say(client, shop, id, 'Vendez-vous des réfrigérateurs américains ?')
    assert.equal(response.body().reply.kind, 'not_found')
    assert.lengthOf(response.body().reply.products, 0)
  })

  test('hidden characters and markup are only text', async ({ client, assert }) => {
    const id = await open(client, shop)
    const response = await say(client, shop, id, '<script>alert(1)</script>\u200B tente\u0000')
    response.assertStatus(200)
    const [message] = await Message.in(shop.workspace.id)
      .where('conversation_id', id)
      .where('role', 'visitor')
    assert.equal(message!.text, '<script>alert(1)</script> tente')
  })
})

function baseUrl() {
  return `http://${process.env.HOST ?? 'localhost'}:${process.env.PORT}`
}

function headers(shop: Shop) {
  return { 'authorization': `Bearer ${shop.apiKey}`, 'content-type': 'application/json' }
}

function readEvents(text: string) {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('event:'))
    .map((block) => ({
      name: /^event: (.*)$/m.exec(block)![1]!,
      data: JSON.parse(/^data: (.*)$/m.exec(block)![1]!),
    }))
}
