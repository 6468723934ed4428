import { test } from '@japa/runner'
import { wallet } from '#wallet'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Wallet spending', () => {
  test('holds, captures a part and gives the rest back', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const before = await wallet.summary(workspace.id)
    assert.equal(before.usd.availableMicros, 2_000_000)
    assert.equal(before.conversations.available, 100)
    assert.equal(before.quantizationCredits.available, 1)

    const held = await wallet.hold({
      workspaceId: workspace.id,
      asset: 'usd',
      amount: 100_000,
      purpose: 'test',
      idempotencyKey: 'a',
    })
    if (!held.ok) throw new Error(held.reason)
    assert.equal((await wallet.summary(workspace.id)).usd.heldMicros, 100_000)

    const captured = await wallet.capture({
      workspaceId: workspace.id,
      holdId: held.holdId,
      amount: 60_000,
      idempotencyKey: 'a',
      details: { class: 'simple' },
    })
    assert.isTrue(captured.ok)
    const after = await wallet.summary(workspace.id)
    assert.equal(after.usd.availableMicros, 1_940_000)
    assert.equal(after.usd.heldMicros, 0)
  })
})
