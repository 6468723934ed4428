import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from '@japa/runner'
import { AxeBuilder } from '@axe-core/playwright'
import { Prospect } from '#crm'
import AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import Conversation from '#app/sales_agent/conversations/models/conversation'
import { replyAsPerson } from '#app/sales_agent/conversations/services/reply_as_person'
import { givenAShop } from '#tests/helpers/shop'

const box = () => `http://127.0.0.1:${process.env.PORT}`

/** A shop's page on another origin, with a strict content policy and loud styles of its own. */
async function givenAForeignPage(widgetKey: string, lang = 'fr') {
  const server = createServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${box()}; connect-src ${box()}; img-src https:; style-src 'self'`,
    })
    response.end(
      `<!doctype html><html lang="${lang}"><head><title>Shop</title></head><body><main><h1>Shop</h1></main>` +
        `<script src="${box()}/widget.js" data-key="${widgetKey}" async></script></body></html>`
    )
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    stop: () => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(closed))
    },
  }
}

test.group('Widget on another website', (group) => {
  let shop: Awaited<ReturnType<typeof givenAShop>>
  let page: Awaited<ReturnType<typeof givenAForeignPage>>
  group.setup(async () => {
    shop = await givenAShop({ workspaceName: 'Le Comptoir des Cimes' })
    const settings = await AgentSettings.in(shop.workspace.id).firstOrFail()
    page = await givenAForeignPage(settings.widgetKey)
    await settings.merge({ allowedOrigins: [page.origin] }).save()
    return async () => void (await page.stop())
  })

  test('a visitor asks, sees products, leaves contact details and comes back', async ({
    visit,
    assert,
  }) => {
    const tab = await visit(page.origin)
    const refusals: string[] = []
    tab.on('console', (message) => {
      if (/content security policy/i.test(message.text())) refusals.push(message.text())
    })
    const launcher = tab.getByRole('button', { name: /Demander à/ })
    await launcher.focus()
    await tab.keyboard.press('Enter')
    const dialog = tab.getByRole('dialog')
    await dialog.getByText(/intelligence artificielle/).waitFor()

    await dialog.getByLabel('Votre message').fill('Je cherche une tente à moins de 300 €')
    await tab.keyboard.press('Enter')
    await dialog.getByRole('listitem').first().waitFor()
    assert.match((await dialog.getByRole('listitem').first().textContent())!, /€/)

    const axe = await new AxeBuilder({ page: tab }).withTags(['wcag2a', 'wcag2aa']).analyze()
    assert.deepEqual(axe.violations, [])

    await dialog.getByLabel('Votre message').fill('écrivez-moi à mila@exemple.fr')
    await dialog.getByRole('button', { name: 'Envoyer' }).click()
    await dialog.getByText(/Merci/).waitFor()
    const prospect = await Prospect.in(shop.workspace.id).where('email', 'mila@exemple.fr').first()
    assert.isNotNull(prospect)

    await tab.keyboard.press('Escape')
    assert.isTrue(await launcher.isVisible())
    await tab.reload()
    await tab.getByRole('button', { name: /Demander à/ }).click()
    await tab.getByText('écrivez-moi à mila@exemple.fr').waitFor()
    assert.equal(await tab.getByText('Je cherche une tente à moins de 300 €').count(), 1)
    assert.deepEqual(refusals, [])
  })

  test('Tab stays inside the dialog', async ({ visit, assert }) => {
    const tab = await visit(page.origin)
    await tab.getByRole('button', { name: /Demander à/ }).click()
    for (let count = 0; count < 12; count++) {
      await tab.keyboard.press('Tab')
      const inside = await tab.evaluate(`(() => {
        const root = document.querySelector('comptoir-widget').shadowRoot
        return root.querySelector('[role=dialog]').contains(root.activeElement)
      })()`)
      assert.isTrue(inside)
    }
  })

  test('a person of the team answers in the widget', async ({ visit, assert }) => {
    const tab = await visit(page.origin)
    await tab.getByRole('button', { name: /Demander à/ }).click()
    const dialog = tab.getByRole('dialog')
    await dialog.getByLabel('Votre message').fill('Je veux parler à un humain')
    await tab.keyboard.press('Enter')
    await dialog.getByText(/une personne de notre équipe/).waitFor()
    const conversation = await Conversation.in(shop.workspace.id)
      .where('status', 'handoff')
      .orderBy('id', 'desc')
      .firstOrFail()
    await replyAsPerson(conversation, shop.user.id, 'Bonjour, ici Paul du magasin.')
    await dialog.getByText('Bonjour, ici Paul du magasin.').waitFor({ timeout: 10_000 })
    assert.equal(await dialog.getByText('Bonjour, ici Paul du magasin.').count(), 1)
  })

  test('fills a phone’s screen, in the dark, with the contact form', async ({
    browserContext,
    assert,
  }) => {
    const tab = await browserContext.newPage()
    await tab.emulateMedia({ colorScheme: 'dark' })
    await tab.setViewportSize({ width: 390, height: 844 })
    await tab.goto(page.origin)
    await tab.getByRole('button', { name: /Demander à/ }).click()
    const dialog = tab.getByRole('dialog')
    const area = (await dialog.boundingBox())!
    assert.deepEqual([area.x, area.width, area.height], [0, 390, 844])
    await dialog.getByRole('button', { name: 'Laisser mes coordonnées' }).click()
    await dialog.getByLabel('E-mail').fill('nonsense')
    await dialog.getByRole('button', { name: 'Être contacté' }).click()
    await dialog.getByText('Vérifiez l’adresse e-mail').waitFor()
    const axe = await new AxeBuilder({ page: tab }).withTags(['wcag2a', 'wcag2aa']).analyze()
    assert.deepEqual(axe.violations, [])
    await dialog.getByLabel('E-mail').fill('noe@exemple.fr')
    await dialog.getByRole('button', { name: 'Être contacté' }).click()
    await dialog.getByText(/coordonnées sont bien notées/).waitFor()
  })

  test('a message that does not get through is kept and can be sent again', async ({
    visit,
    assert,
  }) => {
    const tab = await visit(page.origin)
    await tab.getByRole('button', { name: /Demander à/ }).click()
    const dialog = tab.getByRole('dialog')
    await tab.route('**/widget/v1/messages', (route) => route.abort())
    await dialog.getByLabel('Votre message').fill('une lampe frontale')
    await tab.keyboard.press('Enter')
    await dialog.getByRole('alert').filter({ hasText: 'Non envoyé' }).waitFor()
    await tab.unroute('**/widget/v1/messages')
    await dialog.getByRole('button', { name: 'Réessayer' }).click()
    await dialog.getByRole('listitem').first().waitFor()
    assert.equal(await dialog.getByText('une lampe frontale').count(), 1)
  })
})
