import emitter from '@adonisjs/core/services/emitter'
import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { randomUUID } from 'node:crypto'
import { captureLead, Deal, EmptyLead, Prospect, Stage } from '#crm'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const lead = { locale: 'fr', source: 'agent' }

test.group('Capture a lead', () => {
  test('makes the prospect and a deal in the first stage', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const conversationId = randomUUID()

    const captured = await captureLead({
      ...lead,
      workspaceId: workspace.id,
      name: 'Zoé Martin',
      email: ' Zoe@Example.FR ',
      phone: '06 12 34 56 78',
      company: 'Martin & Fils',
      conversationId,
      interest: 'Combien coûte le vélo cargo ? Rappelez-moi',
      amountCents: 249_900,
    })

    assert.isTrue(captured.createdProspect)
    assert.isTrue(captured.createdDeal)
    const prospect = await Prospect.in(workspace.id).where('id', captured.prospectId).firstOrFail()
    assert.equal(prospect.email, 'zoe@example.fr')
    assert.equal(prospect.phone, '+33612345678')
    assert.equal(prospect.companyName, 'Martin & Fils')
    assert.deepEqual(prospect.signals, { askedPrice: true, buyingIntent: true })
    assert.equal(
      prospect.score,
      prospect.scoreReasons.reduce((sum, { points }) => sum + points, 0)
    )
    assert.isAbove(prospect.score, 80)

    const deal = await Deal.in(workspace.id).where('id', captured.dealId).firstOrFail()
    const first = await Stage.in(workspace.id).orderBy('position').firstOrFail()
    assert.equal(deal.stageId, first.id)
    assert.equal(deal.conversationId, conversationId)
    assert.equal(deal.amountCents, 249_900)
    await deal.load('events')
    assert.deepEqual(
      deal.events.map(({ kind }) => kind),
      ['created']
    )
  })

  test('finds the same person and deal again', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const base = { ...lead, workspaceId: workspace.id, conversationId: randomUUID() }

    const first = await captureLead({ ...base, email: 'a@example.com' })
    const second = await captureLead({ ...base, email: 'A@example.com', phone: '+33612345678' })
    const third = await captureLead({ ...base, phone: '0612345678', name: 'Ada' })
    const fourth = await captureLead({ ...base, interest: 'le bleu' })

    for (const again of [second, third, fourth]) {
      assert.equal(again.prospectId, first.prospectId)
      assert.equal(again.dealId, first.dealId)
      assert.isFalse(again.createdProspect)
      assert.isFalse(again.createdDeal)
    }
    const prospect = await Prospect.in(workspace.id).firstOrFail()
    assert.equal(prospect.name, 'Ada')
    assert.equal(prospect.phone, '+33612345678')
  })

  test('makes one prospect and one deal for many at the same time', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const conversationId = randomUUID()
    const captured = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        captureLead({
          ...lead,
          workspaceId: workspace.id,
          email: 'race@example.com',
          phone: index % 2 ? '+33611111111' : undefined,
          company: 'Race SARL',
          conversationId,
        })
      )
    )
    assert.lengthOf(new Set(captured.map(({ prospectId }) => prospectId)).values().toArray(), 1)
    assert.lengthOf(new Set(captured.map(({ dealId }) => dealId)).values().toArray(), 1)
    assert.lengthOf(
      captured.filter(({ createdProspect }) => createdProspect),
      1
    )
    assert.lengthOf(
      captured.filter(({ createdDeal }) => createdDeal),
      1
    )
  })

  test('makes one deal per person for a form sent twice', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const send = () =>
      captureLead({ ...lead, source: 'form', workspaceId: workspace.id, phone: '+33622222222' })
    const [one, two] = await Promise.all([send(), send()])
    assert.equal(one.dealId, two.dealId)
    assert.lengthOf(await Deal.in(workspace.id), 1)
  })

  test('leaves stages and closed deals as they are', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const base = { ...lead, workspaceId: workspace.id, conversationId: randomUUID() }
    const { dealId } = await captureLead({ ...base, email: 'won@example.com', amountCents: 500 })
    const demo = await Stage.in(workspace.id).where('key', 'demo').firstOrFail()
    await db.from('deals').where('id', dealId).update({ stage_id: demo.id })

    await captureLead({ ...base, email: 'won@example.com' })
    const moved = await Deal.in(workspace.id).firstOrFail()
    assert.equal(moved.stageId, demo.id)

    await db.from('deals').where('id', dealId).update({ status: 'won', won_at: new Date() })
    const again = await captureLead({ ...base, email: 'won@example.com', amountCents: 900 })
    assert.equal(again.dealId, dealId)
    const won = await Deal.in(workspace.id).firstOrFail()
    assert.equal(won.amountCents, 500)
  })

  test('keeps workspaces apart', async ({ assert }) => {
    const [one, two] = [await givenAWorkspace(), await givenAWorkspace()]
    const a = await captureLead({ ...lead, workspaceId: one.workspace.id, email: 'x@example.com' })
    const b = await captureLead({ ...lead, workspaceId: two.workspace.id, email: 'x@example.com' })
    assert.notEqual(a.prospectId, b.prospectId)
    await assert.rejects(() =>
      db
        .from('deals')
        .where('id', a.dealId)
        .update({ prospect_id: b.prospectId })
        .then(() => undefined)
    )
  })

  test('announces after the commit, and nothing after a rollback', async ({ assert, cleanup }) => {
    const { workspace } = await givenAWorkspace()
    const heard: string[] = []
    const unsubscribe = [
      emitter.on('prospect:created', ({ workspaceId }) => {
        if (workspaceId === workspace.id) heard.push('prospect:created')
      }),
      emitter.on('deal:changed', ({ workspaceId, kind }) => {
        if (workspaceId === workspace.id) heard.push(`deal:${kind}`)
      }),
    ]
    cleanup(() => unsubscribe.forEach((off) => off()))

    const input = { ...lead, workspaceId: workspace.id, email: 'e@example.com' }
    const trx = await db.transaction()
    await captureLead(input, trx)
    await trx.rollback()
    assert.deepEqual(heard, [])

    await captureLead(input)
    assert.sameMembers(heard, ['deal:created', 'prospect:created'])
  })

  test('refuses a lead without anything to go by', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await assert.rejects(
      () => captureLead({ ...lead, workspaceId: workspace.id, email: 'nonsense' }),
      EmptyLead
    )
  })

  test('refuses to rewrite history', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const { dealId } = await captureLead({
      ...lead,
      workspaceId: workspace.id,
      email: 'h@example.com',
    })
    await assert.rejects(
      () => db.from('deal_events').where('deal_id', dealId).update({ kind: 'won' }).exec(),
      /append-only/
    )
    await assert.rejects(
      () => db.from('deal_events').where('deal_id', dealId).delete().exec(),
      /append-only/
    )
    await db.from('deals').where('id', dealId).delete()
  })
})
