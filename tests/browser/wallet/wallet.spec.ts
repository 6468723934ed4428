import { test } from '@japa/runner'
import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import db from '@adonisjs/lucid/services/db'
import { DeliverAlerts } from '#app/wallet/services/deliver_alerts'
import { wallet } from '#wallet'
import { givenNoFreeRequests } from '#tests/helpers/balances'
import { givenAFakeProvider } from '#tests/helpers/fake_openai'
import { givenStripe } from '#tests/helpers/stripe/given_stripe'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const PHONE = { width: 390, height: 844 }

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(STANDARD).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`)
}

async function spend(workspaceId: string, amount: number, idempotencyKey: string) {
  const request = { workspaceId, asset: 'usd', purpose: 'llm.api', idempotencyKey } as const
  const held = await wallet.hold({ ...request, amount })
  if (!held.ok) throw new Error(held.reason)
  await wallet.capture({ workspaceId, holdId: held.holdId, amount, idempotencyKey })
  await new DeliverAlerts().handle()
}

test.group('Wallet in the browser', (group) => {
  let stripe: Awaited<ReturnType<typeof givenStripe>>
  group.each.setup(async () => {
    stripe = await givenStripe()
    return () => stripe.stop()
  })

  test('buys a pack and a plan, uses the credit up, tops up in one click and goes on', async ({
    visit,
    browserContext,
    assert,
  }) => {
    const provider = await givenAFakeProvider({ answer: 'Done.' })
    const { user, workspace, apiKey } = await givenAWorkspace()
    await givenNoFreeRequests(workspace.id)
    await browserContext.loginAs(user)

    const page = await visit('/wallet')
    const origin = new URL(page.url()).origin
    stripe.fake.hook = `${origin}/hooks/stripe`
    const ask = (prompt: string) =>
      fetch(`${origin}/api/v1/assistant/requests`, {
        method: 'POST',
        headers: { 'authorization': `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ prompt, class: 'complex' }),
      })

    // A pack, on the hosted page.
    await page.locator('input[name=dollars][value="5"]').check()
    await page.getByRole('button', { name: 'Pay online' }).click()
    await page.getByRole('button', { name: 'Pay now' }).click()
    await page.getByText('Payment received. The credit is active now.').waitFor()
    assert.include(await page.locator('main').innerText(), '$7.00')
    assert.deepEqual(await violations(page), [])

    // A plan.
    await page.goto(`${origin}/wallet/plans`)
    await page.getByRole('button', { name: 'Choose and pay, Sales agent Business' }).click()
    await page.getByRole('button', { name: 'Pay now' }).click()
    await page.waitForURL(/\/wallet/)
    await page.goto(`${origin}/wallet/plans`)
    const business = page.locator('#agent article').filter({ hasText: 'Business' })
    await business.getByText('Your plan').waitFor()
    assert.deepEqual(await violations(page), [])
    await page.goto(`${origin}/wallet/billing`)
    await page.getByText('visa •••• 4242').waitFor()
    assert.deepEqual(await violations(page), [])

    // The credit is used up; each line is told once.
    await spend(workspace.id, 5_700_000, 'to-81')
    await spend(workspace.id, 1_000_000, 'to-95')
    await spend(workspace.id, 100_000, 'to-97')
    const refused = await ask('Sum up the week')
    assert.equal(refused.status, 402)
    assert.match(await refused.text(), /\/wallet/)
    await spend(workspace.id, 200_000, 'to-100')
    const notices = await db
      .from('notices')
      .where('workspace_id', workspace.id)
      .where('kind', 'like', 'wallet.credit_%')
      .orderBy('created_at')
    assert.deepEqual(
      notices.map((notice) => notice.kind),
      ['wallet.credit_80', 'wallet.credit_95', 'wallet.credit_100']
    )

    // One click, and on it goes.
    await page.setViewportSize(PHONE)
    await page.goto(`${origin}/wallet`)
    const wide = 'document.documentElement.scrollWidth - window.innerWidth'
    assert.isAtMost(await page.evaluate<number>(wide), 0)
    await page.getByRole('button', { name: 'Add $10.00 now' }).click()
    await page.getByText('Payment received. The credit is active now.').waitFor()
    const answered = await ask('Sum up the week')
    assert.equal(answered.status, 200)
    const summary = await wallet.summary(workspace.id)
    assert.equal(summary.usd.availableMicros, 9_750_000)
    await provider.stop()
  }).timeout(180_000)
})
