import { test } from '@japa/runner'
import { EraseProspect } from '#app/crm/services/erase_prospect'
import { answerVisitor, OpenConversation } from '#sales_agent'
import AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import Message from '#app/sales_agent/conversations/models/message'
import { givenAShop } from '#tests/helpers/shop'
import { givenAWorkspace } from '#tests/helpers/workspaces'

type Shop = Awaited<ReturnType<typeof givenAShop>>

async function talk(shop: Shop, ...texts: string[]) {
  const conversation = await new OpenConversation().handle({
    workspaceId: shop.workspace.id,
    channel: 'widget',
    locale: 'fr',
  })
  for (const text of texts) {
    await answerVisitor({
      workspaceId: shop.workspace.id,
      conversationId: conversation.id,
      text,
    })
  }
  return conversation.id
}

test.group('Inbox', (group) => {
  let shop: Shop
  group.setup(async () => {
    shop = await givenAShop()
  })

  test('an empty inbox says what to do next', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/conversations').loginAs(user)
    page.assertStatus(200)
    assert.include(page.text(), '/agent')
  })

  test('lists, filters and shows conversations', async ({ client, assert }) => {
    const id = await talk(shop, 'Une tente <b>rouge</b> ?', 'je suis joignable à ana@exemple.fr')
    const list = await client.get('/conversations?leads=true').loginAs(shop.user)
    list.assertStatus(200)
    assert.include(list.text(), `/conversations/${id}`)
    assert.notInclude(list.text(), '<b>rouge</b>')
    const none = await client.get('/conversations?q=zzzz').loginAs(shop.user)
    assert.notInclude(none.text(), `/conversations/${id}`)
    const page = await client.get(`/conversations/${id}`).loginAs(shop.user)
    page.assertStatus(200)
    assert.include(page.text(), 'ana@exemple.fr')
    assert.include(page.text(), '/deals/')
  })

  test('a person answers, gives back and closes', async ({ client, assert }) => {
    const id = await talk(shop, 'Je voudrais parler à un humain')
    const path = `/conversations/${id}`
    const wrong = await client
      .post(`${path}/messages`)
      .loginAs(shop.user)
      .withCsrfToken()
      .form({ text: '' })
      .redirects(0)
    wrong.assertStatus(302)
    await client
      .post(`${path}/messages`)
      .loginAs(shop.user)
      .withCsrfToken()
      .form({ text: 'Bonjour, ici Paul.' })
    const human = await Message.in(shop.workspace.id)
      .where('conversation_id', id)
      .where('role', 'human')
      .firstOrFail()
    assert.equal(human.authorId, shop.user.id)
    const change = (status: string) =>
      client.post(`${path}/status`).loginAs(shop.user).withCsrfToken().form({ status })
    await change('open')
    const statusNow = async () => {
      const { status } = await Conversation.in(shop.workspace.id).where('id', id).firstOrFail()
      return status
    }
    assert.equal(await statusNow(), 'open')
    const answered = await answerVisitor({
      workspaceId: shop.workspace.id,
      conversationId: id,
      text: 'une tente',
    })
    assert.isTrue(answered.ok && answered.reply.products.length > 0)
    await change('closed')
    assert.equal(await statusNow(), 'closed')
  })

  test('another workspace sees nothing', async ({ client }) => {
    const id = await talk(shop, 'Une tente ?')
    const { user } = await givenAWorkspace()
    const page = await client.get(`/conversations/${id}`).loginAs(user)
    page.assertStatus(404)
    const reply = await client
      .post(`/conversations/${id}/messages`)
      .loginAs(user)
      .withCsrfToken()
      .form({ text: 'x' })
    reply.assertStatus(404)
  })
})

test.group('Agent pages', () => {
  test('the demo page carries the widget, the settings the snippet', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { widgetKey } = await AgentSettings.in(workspace.id).firstOrFail()
    const demo = await client.get('/agent').loginAs(user)
    demo.assertStatus(200)
    assert.include(demo.text(), `data-key="${widgetKey}"`)
    const settings = await client.get('/agent/settings').loginAs(user)
    settings.assertStatus(200)
    assert.include(settings.text(), widgetKey)
  })

  test('origins are tidied, nonsense is refused and kept in the form', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    const save = (list: string) =>
      client
        .post('/agent/settings')
        .loginAs(user)
        .withCsrfToken()
        .header('referer', `http://127.0.0.1:${process.env.PORT}/agent/settings`)
        .form({ name: 'Zoé', colour: '#123456', allowed_origins: list })
    const saved = await save('Shop.example/path\nhttps://www.shop.example, http://localhost:8080')
    saved.assertStatus(200)
    const origins = async () => {
      const { allowedOrigins } = await AgentSettings.in(workspace.id).firstOrFail()
      return allowedOrigins
    }
    assert.deepEqual(await origins(), [
      'https://shop.example',
      'https://www.shop.example',
      'http://localhost:8080',
    ])
    const refused = await save('javascript:alert(1)')
    assert.include(refused.text(), 'javascript:alert(1)')
    assert.lengthOf(await origins(), 3)
  })

  test('forgets a person who is erased, and keeps the figures', async ({ assert }) => {
    const shop = await givenAShop()
    const id = await talk(shop, 'Je cherche une tente', 'je suis joignable à eva@example.org')
    const { workspace, user } = shop
    const before = await Conversation.in(workspace.id).where('id', id).firstOrFail()
    assert.isTrue(await new EraseProspect().handle(workspace.id, before.prospectId!, user.id))

    const after = await Conversation.in(workspace.id).where('id', id).firstOrFail()
    const messages = await Message.in(workspace.id).where('conversation_id', id)
    assert.notInclude(JSON.stringify([after.serialize(), messages]), 'eva@example.org')
    assert.isNull(after.visitorEmail)
    assert.equal(after.visitorMessages, before.visitorMessages)
    assert.deepEqual(new Set(messages.map(({ text }) => text)), new Set(['–']))
  })
})
