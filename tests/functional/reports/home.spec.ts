import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { DateTime } from 'luxon'
import db from '@adonisjs/lucid/services/db'
import { captureLead } from '#crm'
import { importCatalogue } from '#sales_agent'
import { drawDayBars } from '#app/reports/home/day_bars'
import { countByDay } from '#app/reports/home/facts/day_counts'
import { findEverywhere } from '#app/reports/home/palette/find'
import { givenAWorkspace } from '#tests/helpers/workspaces'

async function givenAProduct(workspaceId: string) {
  const folder = await mkdtemp(join(tmpdir(), 'home-spec-'))
  const path = join(folder, 'products.csv')
  await writeFile(path, 'title,price,stock\nTente deux places,99.90,12\n')
  await importCatalogue({ workspaceId, path, fileName: 'products.csv', locale: 'fr' })
  await rm(folder, { recursive: true })
}

test.group('Home', () => {
  test('a new workspace is told how to begin', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const page = await client.get('/').loginAs(user).header('accept-language', 'en')
    page.assertStatus(200)
    assert.include(page.text(), 'action="/demo/load"')
    assert.include(page.text(), '0 of 5 done')
  })

  test('with products it shows the day', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await givenAProduct(workspace.id)
    await captureLead({
      ...{ workspaceId: workspace.id, name: '<b>Zoé</b>', email: 'zoe@example.com' },
      ...{ locale: 'fr', source: 'agent', dealTitle: 'Tente', amountCents: 119_00 },
    })
    const page = await client.get('/').loginAs(user).header('accept-language', 'fr')
    page.assertStatus(200)
    assert.include(page.text(), 'Pipeline ouvert')
    assert.match(page.text(), /119\s€/)
    assert.include(page.text(), '1 sur 5')
  })

  test('the search finds what is ours and nothing of others', async ({ assert }) => {
    const [mine, theirs] = await Promise.all([givenAWorkspace(), givenAWorkspace()])
    for (const { workspace } of [mine, theirs]) {
      await captureLead({
        ...{ workspaceId: workspace.id, name: 'Ada 100%', email: `ada@${workspace.slug}.example` },
        ...{ locale: 'en', source: 'agent', dealTitle: 'Two tents', amountCents: 238_00 },
      })
    }
    const find = (query: string) =>
      findEverywhere({ workspaceId: mine.workspace.id, query, locale: 'en', limit: 5 })

    const people = await find('ada')
    assert.deepEqual(
      people.map(({ kind, label }) => [kind, label]),
      [['prospect', 'Ada 100%']]
    )
    const deals = await find('tents')
    assert.deepEqual(
      deals.map(({ kind, hint }) => [kind, hint]),
      [['deal', 'Ada 100% · €238.00']]
    )
    // Letters with a meaning in SQL stand for themselves.
    assert.lengthOf(await find('0%'), 1)
    assert.lengthOf(await find('_%'), 0)
    assert.lengthOf(await find('a'), 0)
    assert.lengthOf(await find("'; drop table prospects; --"), 0)
  })

  test('the palette answers with lines, and with a page where scripts are off', async ({
    client,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    await captureLead({
      ...{ workspaceId: workspace.id, name: '<i>Ada</i>', email: 'ada@example.com' },
      ...{ locale: 'en', source: 'agent' },
    })
    const ask = (q: string) =>
      client.get('/palette').qs({ q }).loginAs(user).header('HX-Request', 'true')
    const part = await ask('ada')
    part.assertStatus(200)
    assert.include(part.text(), '&lt;i&gt;Ada&lt;/i&gt;')
    const nothing = await ask('zzz')
    nothing.assertStatus(204)
    assert.notInclude(part.text(), '<html')
    const page = await client.get('/palette').qs({ q: '<script>' }).loginAs(user)
    page.assertStatus(200)
    assert.include(page.text(), 'value="&lt;script&gt;"')
  })

  test('days are those of the workspace, also around midnight', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const now = DateTime.fromISO('2026-11-18T12:00:00', { zone: 'Europe/Paris' })
    const at = [
      // Monday 00:30 in Paris is still Sunday in UTC.
      '2026-11-16T00:30:00+01:00',
      '2026-11-18T10:00:00+01:00',
      '2026-11-09T23:59:59+01:00',
      '2026-11-14T12:00:00+01:00',
      '2026-11-08T23:59:59+01:00',
    ]
    await db.table('conversations').multiInsert(
      at.map((moment) => ({
        ...{ workspace_id: workspace.id, channel: 'widget', locale: 'fr' },
        first_message_at: moment,
      }))
    )
    const counts = await countByDay('conversations', workspace.id, 'Europe/Paris', now.toJSDate())
    assert.deepEqual(counts, {
      ...{ current: [1, 0, 1, 0, 0, 0, 0], previous: [1, 0, 0, 0, 0, 1, 0] },
      ...{ currentTotal: 2, previousTotal: 1, today: 1, begun: 3 },
    })
    const svg = drawDayBars(counts, ['lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.', 'dim.'])
    assert.equal(svg.match(/<path /g)?.length, 4)
    assert.notMatch(svg, /NaN|undefined/)
  })
})
