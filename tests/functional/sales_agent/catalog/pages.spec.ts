import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { importCatalogue } from '#sales_agent'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const fixture = (name: string) => app.makePath('tests/fixtures/catalog', name)

async function givenACatalogue() {
  const given = await givenAWorkspace()
  const name = 'shopify_old.csv'
  await importCatalogue({ workspaceId: given.workspace.id, path: fixture(name), fileName: name })
  const { rows } = await db.rawQuery(
    `select p.id, v.id as variant from products p join product_variants v on v.product_id = p.id
     where p.workspace_id = ? and p.external_handle = 'linen-shirt' order by v.position`,
    [given.workspace.id]
  )
  return { ...given, productId: rows[0].id as string, variantId: rows[0].variant as string }
}

/** A row of the form as browsers send it. */
function variantForm(id: string, price: string, stock: string) {
  return { 'variants[0][id]': id, 'variants[0][price]': price, 'variants[0][stock]': stock }
}

test.group('Catalogue pages', () => {
  test('an empty catalogue says what to do', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const response = await client.get('/catalog').loginAs(user)
    response.assertStatus(200)
    response.assertTextIncludes('/catalog/import')
  })

  test('lists, searches and filters', async ({ client, assert }) => {
    const { user } = await givenACatalogue()
    const all = await client.get('/catalog').loginAs(user)
    all.assertTextIncludes('Linen Shirt')
    const found = await client.get('/catalog').qs({ q: 'shirts' }).loginAs(user)
    found.assertTextIncludes('Linen Shirt')
    assert.notInclude(found.text(), 'Gift Card')
    const none = await client.get('/catalog').qs({ q: "%_'\\" }).loginAs(user)
    none.assertStatus(200)
    const odd = await client.get('/catalog').qs({ kind: 'nonsense', cursor: 'x' }).loginAs(user)
    odd.assertStatus(200)
  })

  test('shows a product and changes price and stock', async ({ client, assert }) => {
    const { user, productId, variantId } = await givenACatalogue()
    const page = await client.get(`/catalog/${productId}`).loginAs(user)
    page.assertTextIncludes('LS-W-M')
    const saved = await client
      .post(`/catalog/${productId}`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
      .form(variantForm(variantId, '1 055,50', ''))
    saved.assertStatus(302)
    const { rows } = await db.rawQuery(
      'select price_cents, stock, available from product_variants where id = ?',
      [variantId]
    )
    assert.deepEqual(rows[0], { price_cents: 105550, stock: null, available: true })

    const refused = await client
      .post(`/catalog/${productId}`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
      .form(variantForm(variantId, 'free?', '1.5.2x'))
    refused.assertStatus(302)
    const { rows: same } = await db.rawQuery(
      'select price_cents from product_variants where id = ?',
      [variantId]
    )
    assert.equal(same[0].price_cents, 105550)
  })

  test("another workspace's product does not exist", async ({ client }) => {
    const { productId, variantId } = await givenACatalogue()
    const { user } = await givenAWorkspace()
    const page = await client.get(`/catalog/${productId}`).loginAs(user)
    page.assertStatus(404)
    const change = await client
      .post(`/catalog/${productId}`)
      .loginAs(user)
      .withCsrfToken()
      .form(variantForm(variantId, '1', '1'))
    change.assertStatus(404)
  })

  test('imports an uploaded file and offers the rejected rows', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const sent = await client
      .post('/catalog/import')
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
      .file('file', fixture('windows_1252.csv'))
    sent.assertStatus(302)
    const address = sent.header('location')!
    const result = await client.get(address).loginAs(user)
    result.assertStatus(200)
    result.assertTextIncludes('rejected.csv')
    const rejected = await client.get(`${address}/rejected.csv`).loginAs(user)
    rejected.assertStatus(200)
    const lines = rejected.text().trim().split('\r\n')
    assert.lengthOf(lines, 6)
    assert.include(lines[0], 'Désignation')
    assert.include(lines[2], 'Prix négatif')
    const history = await client.get('/catalog/import').loginAs(user)
    history.assertTextIncludes('windows_1252.csv')

    const { user: stranger } = await givenAWorkspace()
    const foreign = await client.get(address).loginAs(stranger)
    foreign.assertStatus(404)
  })

  test('a wrong kind of file or none is a message, not an error', async ({ client }) => {
    const { user } = await givenAWorkspace()
    const wrong = await client
      .post('/catalog/import')
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
      .file('file', Buffer.from('PK\u0003\u0004'), { filename: 'products.xlsx' })
    wrong.assertStatus(302)
    const none = await client
      .post('/catalog/import')
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
      .form({ file: 'text' })
    none.assertStatus(302)
    const disguised = await client
      .post('/catalog/import')
      .loginAs(user)
      .withCsrfToken()
      .file('file', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]), { filename: 'products.csv' })
    disguised.assertStatus(200)
  })
})

test.group('Catalogue API', () => {
  test('creates, updates by SKU and lists with a cursor', async ({ client, assert }) => {
    const { apiKey } = await givenAWorkspace()
    const product = { sku: 'LAMP-1', title: 'Brass lamp', price: '29.99', stock: 3, locale: 'en' }
    const created = await client.post('/api/v1/products').bearerToken(apiKey).json(product)
    created.assertStatus(201)
    created.assertBodyContains({ created: true, price: '29.99', stock: 3 })
    const updated = await client
      .post('/api/v1/products')
      .bearerToken(apiKey)
      .json({ ...product, price: '31.00' })
    updated.assertStatus(200)
    assert.equal(updated.body().id, created.body().id)
    for (const n of [2, 3]) {
      const more = { title: `Lamp ${n}`, price: '5', handle: `lamp-${n}` }
      await client.post('/api/v1/products').bearerToken(apiKey).json(more)
    }
    const first = await client.get('/api/v1/products').qs({ limit: 2 }).bearerToken(apiKey)
    first.assertStatus(200)
    assert.lengthOf(first.body().data, 2)
    const second = await client
      .get('/api/v1/products')
      .qs({ limit: 2, cursor: first.body().nextCursor })
      .bearerToken(apiKey)
    assert.lengthOf(second.body().data, 1)
    assert.containsSubset(second.body().data[0], { title: 'Brass lamp', price: '31.00' })
    const found = await client
      .get('/api/v1/products')
      .qs({ q: 'brass', available: 'true' })
      .bearerToken(apiKey)
    assert.lengthOf(found.body().data, 1)
  })

  test('bad input is answered with what is wrong', async ({ client }) => {
    const { apiKey } = await givenAWorkspace()
    for (const body of [
      {},
      { title: 'x', price: 'abc' },
      { title: 1, price: [] },
      { title: '   ', price: '1' },
    ]) {
      const response = await client.post('/api/v1/products').bearerToken(apiKey).json(body)
      response.assertStatus(422)
    }
    const cursor = await client.get('/api/v1/products').qs({ cursor: '{' }).bearerToken(apiKey)
    cursor.assertStatus(422)
  })
})
