import db from '@adonisjs/lucid/services/db'
import { test } from '@japa/runner'
import { fileURLToPath } from 'node:url'
import { captureLead, ImportProspects, Prospect, UndoImport, type ImportReport } from '#crm'
import { failDeadImports } from '#app/crm/jobs/fail_dead_imports'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/crm/${name}`, import.meta.url))

async function* text(content: string) {
  yield Buffer.from(content)
}

async function whenIImport(
  workspaceId: string,
  source: string | AsyncIterable<Uint8Array>
): Promise<ImportReport> {
  const result = await new ImportProspects().handle({ workspaceId, source, fileName: 'file.csv' })
  if (!result.ok) throw new Error(result.reason)
  return result.report
}

test.group('Import prospects', () => {
  test('reads a French Excel export', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ locale: 'fr' })
    const report = await whenIImport(workspace.id, fixture('windows_1252_semicolon.csv'))

    assert.equal(report.encoding, 'windows-1252')
    assert.equal(report.delimiter, ';')
    assert.containsSubset(report, {
      rows: 6,
      created: 3,
      updated: 1,
      duplicates: 1,
      rejected: 2,
      rejectedRows: [
        { line: 4, reason: 'invalid_email' },
        { line: 7, reason: 'invalid_phone' },
      ],
    })
    const zoe = await Prospect.in(workspace.id)
      .where('email', 'zoe.lefevre@example.fr')
      .firstOrFail()
    assert.containsSubset(zoe.serialize(), {
      name: 'Zoé Lefèvre',
      firstName: 'Zoé',
      lastName: 'Lefèvre',
      phone: '+33612345678',
      companyName: 'Boulangerie « Au Pain Doré »',
      city: 'Dole',
      country: 'FR',
      tags: ['VIP', 'été', 'pro'],
      consentStatus: 'given',
      consentBasis: 'consent',
      custom: { Civilité: 'Mme', Notes: 'Préfère le matin – 12 €' },
    })
    const noel = await Prospect.in(workspace.id).where('email', 'noel@example.fr').firstOrFail()
    assert.equal(noel.country, 'BE')
    assert.equal(noel.consentStatus, 'refused')
  })

  test('reads {file}')
    .with([
      {
        file: 'utf16_tab.csv',
        email: 'juergen@example.de',
        lastName: 'Groß',
        phone: '+4930901820',
      },
      {
        file: 'utf8_bom_spanish.csv',
        email: 'maria@example.es',
        lastName: 'García Núñez',
        phone: '+34612345678',
      },
      {
        file: 'pipe_italian.csv',
        email: 'giulia@example.it',
        lastName: 'Perù',
        phone: '+393471234567',
      },
      {
        file: 'hubspot_like.csv',
        email: 'ada@example.com',
        lastName: 'Lovelace',
        phone: '+442079460958',
      },
      {
        file: 'no_header.csv',
        email: 'jean@example.fr',
        lastName: 'Dupont',
        phone: '+33612345601',
      },
    ])
    .run(async ({ assert }, { file, email, lastName, phone }) => {
      const { workspace } = await givenAWorkspace({ locale: 'fr' })
      const report = await whenIImport(workspace.id, fixture(file))
      assert.equal(report.rejected, 0)
      assert.equal(report.created, report.rows)
      const prospect = await Prospect.in(workspace.id).where('email', email).firstOrFail()
      assert.equal(prospect.lastName, lastName)
      assert.equal(prospect.phone, phone)
    })

  test('updates instead of doubling when the file comes again', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ locale: 'fr' })
    const first = await whenIImport(workspace.id, fixture('windows_1252_semicolon.csv'))
    const again = await whenIImport(workspace.id, fixture('windows_1252_semicolon.csv'))
    assert.equal(again.created, 0)
    assert.equal(again.updated, first.created + first.updated)
    assert.lengthOf(await Prospect.in(workspace.id), 3)

    const changed = await whenIImport(
      workspace.id,
      text('email,city\nNOEL@example.fr,Arles\nnew@example.fr,Lyon\n')
    )
    assert.containsSubset(changed, { created: 1, updated: 1, unchanged: 0 })
  })

  test('keeps people apart who share a phone', async ({ assert }) => {
    const { workspace } = await givenAWorkspace({ locale: 'fr' })
    for (let time = 0; time < 2; time++) {
      await whenIImport(workspace.id, fixture('shared_phone.csv'))
      const people = await Prospect.in(workspace.id).orderBy('email')
      assert.deepEqual(
        people.map(({ email, phone }) => [email, phone]),
        [
          ['a@example.fr', '+33140000000'],
          ['b@example.fr', null],
        ]
      )
    }
  })

  test('finds companies without contact again', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const csv = 'account,office_location\nAcme,United States\nBetatech,Kenya\n'
    await whenIImport(workspace.id, text(csv))
    const again = await whenIImport(workspace.id, text(csv))
    assert.containsSubset(again, { created: 0, updated: 2, unchanged: 2 })
  })

  test('undoes an import whole', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const workspaceId = workspace.id
    await whenIImport(
      workspaceId,
      text('email,city,newsletter\nold@example.fr,Paris,\nb@example.fr,Pau,\n')
    )
    const before = await Prospect.in(workspaceId).orderBy('email')

    const { importId } = await whenIImport(
      workspaceId,
      text(
        'email,city,newsletter,company\nold@example.fr,Lyon,yes,New Co\nold@example.fr,Nice,,\nb@example.fr,Lens,,\nfresh@example.fr,,,\nworked@example.fr,,,\n'
      )
    )
    // Somebody corrects one field and works with one of the new people.
    await db
      .from('prospects')
      .where({ workspace_id: workspaceId, email: 'b@example.fr' })
      .update({ city: 'Metz' })
    await captureLead({ workspaceId, email: 'worked@example.fr', locale: 'fr', source: 'agent' })

    const undone = await new UndoImport().handle(workspaceId, importId)
    assert.deepEqual(undone, { ok: true, removed: 1, restored: 2, kept: 1 })
    const after = await Prospect.in(workspaceId).orderBy('email')
    assert.deepEqual(
      after.map(({ email, city, consentStatus, consentAt, companyName }) => [
        email,
        city,
        consentStatus,
        consentAt,
        companyName,
      ]),
      [
        ['b@example.fr', 'Metz', 'unknown', null, null],
        ['old@example.fr', before[1]!.city, 'unknown', null, null],
        ['worked@example.fr', null, 'unknown', null, null],
      ]
    )
    assert.lengthOf(await db.from('companies').where('workspace_id', workspaceId), 0)
    assert.deepEqual(await new UndoImport().handle(workspaceId, importId), {
      ok: false,
      reason: 'not_undoable',
    })
    const stranger = await givenAWorkspace()
    assert.deepEqual(await new UndoImport().handle(stranger.workspace.id, importId), {
      ok: false,
      reason: 'not_found',
    })
  })

  test('never gives a withdrawn consent back', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    await whenIImport(workspace.id, text('email,consent\nx@example.fr,no\n'))
    await whenIImport(workspace.id, text('email,consent\nx@example.fr,yes\n'))
    const prospect = await Prospect.in(workspace.id).firstOrFail()
    assert.equal(prospect.consentStatus, 'refused')
  })

  test('two imports at the same time make everybody once', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const rows = Array.from(
      { length: 300 },
      (_, n) => `p${n}@example.fr,+336${10_000_000 + n},Co ${n % 7}`
    )
    const [a, b] = await Promise.all([
      whenIImport(workspace.id, text(`email,phone,company\n${rows.join('\n')}\n`)),
      whenIImport(workspace.id, text(`email,phone,company\n${rows.toReversed().join('\n')}\n`)),
    ])
    assert.equal(a.created + b.created, 300)
    assert.equal(a.updated + b.updated, 300)
    assert.lengthOf(await Prospect.in(workspace.id), 300)
  })

  test('says why a file cannot be read: {reason}')
    .with([
      { reason: 'empty', content: '' },
      { reason: 'binary', content: 'PK\u0003\u0004 a spreadsheet' },
      { reason: 'unclosed_quote', content: 'email\n"a@example.fr\n' },
    ])
    .run(async ({ assert }, { reason, content }) => {
      const { workspace } = await givenAWorkspace()
      const result = await new ImportProspects().handle({
        workspaceId: workspace.id,
        source: text(content),
        fileName: 'x.csv',
      })
      assert.isFalse(result.ok)
      assert.equal(!result.ok && result.reason, reason)
    })

  test('an import whose process died is marked as failed after two hours', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const begin = (hours: number) =>
      db
        .table('prospect_imports')
        .insert({
          workspace_id: workspace.id,
          file_name: 'people.csv',
          status: 'running',
          content: Buffer.from('x'),
          updated_at: db.raw('now() - make_interval(hours => ?)', [hours]),
        })
        .returning('id')
    const [dead] = await begin(3)
    const [alive] = await begin(1)
    await failDeadImports()
    const row = await db.from('prospect_imports').where(dead).firstOrFail()
    assert.containsSubset(row, { status: 'failed', failure: 'interrupted', content: null })
    const other = await db.from('prospect_imports').where(alive).firstOrFail()
    assert.equal(other.status, 'running')
  })

  test('corrects the mapping by hand', async ({ assert }) => {
    const { workspace } = await givenAWorkspace()
    const result = await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: text('name,contact,email\nAcme,Ada Lovelace,ada@example.com\n'),
      fileName: 'x.csv',
      mapping: { NAME: 'company', contact: 'name' },
    })
    assert.isTrue(result.ok)
    const prospect = await Prospect.in(workspace.id).firstOrFail()
    assert.equal(prospect.name, 'Ada Lovelace')
    assert.equal(prospect.companyName, 'Acme')

    const wrong = await new ImportProspects().handle({
      workspaceId: workspace.id,
      source: text('email\na@example.com\n'),
      fileName: 'x.csv',
      mapping: { nowhere: 'name' },
    })
    assert.containsSubset(wrong, { ok: false, reason: 'unknown_column', column: 'nowhere' })
  })
})
