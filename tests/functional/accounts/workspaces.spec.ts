import { test } from '@japa/runner'
import { Workspace } from '#accounts'
import { anAddress } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

test.group('Workspaces and settings', () => {
  test('opens a second workspace and switches between them', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const opened = await client
      .post('/workspaces')
      .form({ workspaceName: 'Second', timezone: 'Asia/Tokyo' })
      .header('x-forwarded-for', anAddress())
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    const second = await Workspace.findOrFail(opened.session('workspace_id'))
    assert.equal(second.timezone, 'Asia/Tokyo')
    const back = await client
      .post(`/workspaces/${workspace.id}/switch`)
      .loginAs(user)
      .withSession({ workspace_id: second.id })
      .withCsrfToken()
      .redirects(0)
    assert.equal(back.session('workspace_id'), workspace.id)
  })

  test('keeps what is changed and writes it down', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    await client
      .post('/settings/workspace')
      .form({ name: "L'Étal", timezone: 'Europe/Zurich', currency: 'CHF', locale: 'fr' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    await workspace.refresh()
    assert.deepEqual(
      [workspace.name, workspace.timezone, workspace.currency, workspace.locale],
      ["L'Étal", 'Europe/Zurich', 'CHF', 'fr']
    )
    const refused = await client
      .post('/settings/workspace')
      .form({ name: 'X', timezone: 'Mars/Base', currency: 'ZZZ', locale: 'de' })
      .header('accept-language', 'fr')
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    const errors = refused.flashMessage('inputErrorsBag')
    assert.sameMembers(Object.keys(errors), ['timezone', 'currency', 'locale'])
    assert.deepEqual(errors.timezone, ['Choisissez un fuseau horaire de la liste.'])
  })

  test('keeps the language in a cookie and on the person', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const response = await client
      .post('/locale')
      .form({ locale: 'fr' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    response.assertStatus(302)
    await user.refresh()
    assert.equal(user.locale, 'fr')
    assert.match(String(response.header('set-cookie')), /locale=fr;/)
    const refused = await client
      .post('/locale')
      .form({ locale: '../../etc' })
      .withCsrfToken()
      .redirects(0)
    refused.assertStatus(302)
    assert.isFalse('locale' in refused.cookies())
  })

  test('every settings page opens in both languages', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    for (const language of ['en', 'fr']) {
      for (const page of [
        'profile',
        'notices',
        'workspace',
        'members',
        'keys',
        'audit',
        'outbox',
      ]) {
        const response = await client
          .get(`/settings/${page}`)
          .header('accept-language', language)
          .loginAs(user)
        response.assertStatus(200)
        assert.deepEqual(response.text().match(/translation missing[^<"]*/gi) ?? [], [])
        assert.include(response.text(), `<html lang="${language}"`)
      }
    }
  })
})
