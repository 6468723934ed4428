import { test } from '@japa/runner'
import { AxeBuilder } from '@axe-core/playwright'
import { answerVisitor, OpenConversation } from '#sales_agent'
import { answerCache } from '#app/llm/services/answer_cache'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenAShop } from '#tests/helpers/shop'

type Shop = Awaited<ReturnType<typeof givenAShop>>

async function talk(shop: Shop, ...texts: string[]) {
  const { id } = await new OpenConversation().handle({
    workspaceId: shop.workspace.id,
    channel: 'widget',
    locale: 'fr',
  })
  for (const text of texts) {
    await answerVisitor({ workspaceId: shop.workspace.id, conversationId: id, text })
  }
  return id
}

test.group('Pages of the agent and of the models', (group) => {
  let shop: Shop
  let id: string
  group.setup(async () => {
    answerCache.clear()
    shop = await givenAShop({ locale: 'fr' })
    const provider = await givenAFakeProvider({
      answer: 'Voici ce que je vous conseille pour votre sortie.',
    })
    id = await talk(
      shop,
      'Je cherche une tente à moins de 300 €',
      'Vous pouvez m’écrire à iris@exemple.fr'
    )
    await provider.stop()
    await talk(shop, 'Je voudrais parler à un humain')
  })

  for (const scheme of ['light', 'dark'] as const) {
    test(`axe finds nothing, ${scheme}`, async ({ browserContext, assert }) => {
      await browserContext.loginAs(shop.user)
      const page = await browserContext.newPage()
      await page.emulateMedia({ colorScheme: scheme })
      for (const path of [
        '/conversations',
        `/conversations/${id}`,
        '/agent',
        '/agent/settings',
        '/models',
      ]) {
        await page.goto(`http://127.0.0.1:${process.env.PORT}${path}`)
        if (path === '/agent') await page.getByRole('dialog').waitFor()
        const axe = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze()
        assert.deepEqual(
          axe.violations.map(({ id: rule, nodes }) => `${path} ${rule} ${nodes[0]?.html}`),
          []
        )
      }
    })
  }

  test('nothing overflows on a phone', async ({ browserContext, assert }) => {
    await browserContext.loginAs(shop.user)
    const page = await browserContext.newPage()
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of ['/conversations', `/conversations/${id}`, '/agent/settings', '/models']) {
      await page.goto(`http://127.0.0.1:${process.env.PORT}${path}`)
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      assert.isAtMost(Number(wide), 390, path)
    }
  })

  test('the inbox shows a new conversation at once', async ({ browserContext }) => {
    await browserContext.loginAs(shop.user)
    const page = await browserContext.newPage()
    await page.goto(`http://127.0.0.1:${process.env.PORT}/conversations`)
    await page.waitForTimeout(300)
    await talk(shop, 'Avez-vous des gourdes isothermes ?')
    await page.getByText('Avez-vous des gourdes isothermes ?').waitFor({ timeout: 5_000 })
  })

  test('the demo page answers with the real widget', async ({ browserContext, assert }) => {
    await browserContext.loginAs(shop.user)
    const page = await browserContext.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`http://127.0.0.1:${process.env.PORT}/agent`)
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('a tent')
    await page.keyboard.press('Enter')
    await dialog.getByRole('listitem').first().waitFor()
    assert.deepEqual(errors, [])
  })
})
