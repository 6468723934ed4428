import { test } from '@japa/runner'
import { navigationEntries, PALETTE_ACTIONS } from '#shared/portal/navigation'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Portal', () => {
  test('every entry of the navigation leads to a page', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    for (const { href } of [...navigationEntries, ...PALETTE_ACTIONS]) {
      const response = await client.get(href).loginAs(user).header('accept', 'text/html')
      assert.equal(response.status(), 200, href)
      assert.include(response.text(), '<main id="main"', href)
      assert.notInclude(response.text(), 'translation missing', href)
    }
  })

  test('each page marks its own entry as the current one', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/').loginAs(user)
    const marked = page.text().match(/href="([^"]+)"\s+aria-current="page"/)
    assert.equal(marked?.[1], '/')
  })

  test('the manifest speaks the language of the reader', async ({ client, assert }) => {
    const french = await client.get('/manifest.webmanifest').header('accept-language', 'fr')
    french.assertStatus(200)
    assert.include(french.header('content-type'), 'application/manifest+json')
    const manifest = JSON.parse(french.text() || JSON.stringify(french.body()))
    assert.equal(manifest.lang, 'fr')
    assert.isTrue(manifest.icons.some((icon: { purpose: string }) => icon.purpose === 'maskable'))
    for (const { src } of manifest.icons) {
      const icon = await client.get(src)
      icon.assertStatus(200)
    }
  })

  test('the worker is served from the root and keeps no page but the offline one', async ({
    client,
    assert,
  }) => {
    const worker = await client.get('/sw.js')
    worker.assertStatus(200)
    const offline = await client.get('/offline').header('accept-language', 'fr')
    offline.assertStatus(200)
    assert.include(offline.text(), 'Vous êtes hors ligne')
    assert.notInclude(offline.text(), '/assets/')
  })

  test('an unknown page is a friendly one in the language of the reader', async ({
    client,
    assert,
  }) => {
    for (const [language, words] of [
      ['fr', 'Personne à ce comptoir'],
      ['en', 'Nobody at this counter'],
    ] as const) {
      const response = await client
        .get('/nowhere/at/all')
        .header('accept', 'text/html')
        .header('accept-language', language)
      response.assertStatus(404)
      assert.include(response.text(), words)
      assert.notMatch(response.text(), /\bat .*\.ts:\d+/)
    }
  })

  test('visitors who are not signed in are welcomed', async ({ client, assert }) => {
    const response = await client.get('/').header('accept-language', 'fr')
    response.assertStatus(200)
    assert.include(response.text(), 'href="/signup"')
    assert.include(response.text(), 'href="/login"')
    assert.include(response.text(), 'lang="fr"')
  })
})
