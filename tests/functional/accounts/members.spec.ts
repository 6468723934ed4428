import { test } from '@japa/runner'
import { nanoid } from 'nanoid'
import db from '@adonisjs/lucid/services/db'
import { Membership, User, type Role } from '#accounts'
import { anAddress, expectStatus, givenAMember } from '#tests/functional/accounts/helpers'
import { givenAWorkspace } from '#tests/helpers/workspaces'

async function linkFor(workspaceId: string, email: string): Promise<string> {
  const row = await db
    .from('outbox_messages')
    .where({ workspace_id: workspaceId, to: email })
    .orderBy('id', 'desc')
    .firstOrFail()
  return /\/invitations\/[\w-]+/.exec(row.text)![0]
}

const anEmail = () => `guest-${nanoid(8).toLowerCase()}@example.com`

test.group('Members', () => {
  test('an invited newcomer joins with the given role', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const email = anEmail()
    const invited = await client
      .post('/settings/members/invite')
      .form({ email, role: 'agent' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    invited.assertHeader('location', '/settings/members')

    const path = await linkFor(workspace.id, email)
    const page = await client.get(path)
    page.assertStatus(200)
    assert.include(page.text(), 'name="password"')
    const joined = await client
      .post(path)
      .form({ fullName: '<b>Zoé</b>', password: 'une phrase assez longue' })
      .header('x-forwarded-for', anAddress())
      .withCsrfToken()
      .redirects(0)
    joined.assertHeader('location', '/')
    const guest = await User.findByOrFail('email', email)
    const place = await Membership.findByOrFail('userId', guest.id)
    assert.equal(place.role, 'agent')
    assert.equal(place.workspaceId, workspace.id)
    await expectStatus(client.get(path), 410)

    const list = await client.get('/settings/members').loginAs(user)
    assert.include(list.text(), '&lt;b&gt;Zoé&lt;/b&gt;')
  })

  test('an invitation is for its e-mail only', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: stranger } = await givenAWorkspace()
    const email = anEmail()
    await client
      .post('/settings/members/invite')
      .form({ email, role: 'viewer' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    const path = await linkFor(workspace.id, email)
    const response = await client
      .post(path)
      .header('x-forwarded-for', anAddress())
      .loginAs(stranger)
      .withCsrfToken()
      .redirects(0)
    response.assertHeader('location', path)
    assert.isNull(
      await Membership.query().where({ workspaceId: workspace.id, userId: stranger.id }).first()
    )
  })

  test('somebody with an account accepts while signed in', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: guest } = await givenAWorkspace()
    await client
      .post('/settings/members/invite')
      .form({ email: guest.email, role: 'manager' })
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    const path = await linkFor(workspace.id, guest.email)
    const asStranger = await client.get(path)
    assert.include(asStranger.text(), `/login?email=${encodeURIComponent(guest.email)}`)
    const response = await client
      .post(path)
      .header('x-forwarded-for', anAddress())
      .loginAs(guest)
      .withCsrfToken()
      .redirects(0)
    response.assertHeader('location', '/')
    assert.equal(response.session('workspace_id'), workspace.id)
  })

  test('nobody grants or touches a role above their own', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const manager = await givenAMember(workspace, 'manager')
    const ownerPlace = await Membership.findByOrFail('userId', user.id)
    const email = anEmail()
    await client
      .post('/settings/members/invite')
      .form({ email, role: 'owner' })
      .loginAs(manager.user)
      .withCsrfToken()
      .redirects(0)
    assert.isNull(await db.from('invitations').where('email', email).first())
    for (const path of [`/settings/members/${ownerPlace.id}/remove`]) {
      await client.post(path).loginAs(manager.user).withCsrfToken().redirects(0)
    }
    await client
      .post(`/settings/members/${manager.membership.id}`)
      .form({ role: 'owner' })
      .loginAs(manager.user)
      .withCsrfToken()
      .redirects(0)
    await ownerPlace.refresh()
    await manager.membership.refresh()
    assert.equal(ownerPlace.role, 'owner')
    assert.equal(manager.membership.role, 'manager')
  })

  test('agents and viewers manage nobody', async ({ client }) => {
    const { workspace, user } = await givenAWorkspace()
    const ownerPlace = await Membership.findByOrFail('userId', user.id)
    for (const role of ['agent', 'viewer'] as Role[]) {
      const { user: member } = await givenAMember(workspace, role)
      for (const [path, form] of [
        ['/settings/members/invite', { email: anEmail(), role: 'viewer' }],
        [`/settings/members/${ownerPlace.id}`, { role: 'viewer' }],
        ['/settings/workspace', { name: 'Mine' }],
        ['/settings/keys', { name: 'k', access: 'full', expiry: 'never' }],
      ] as const) {
        const response = await client
          .post(path)
          .form(form)
          .loginAs(member)
          .withCsrfToken()
          .redirects(0)
        response.assertStatus(403)
      }
      for (const path of ['/settings/keys', '/settings/audit', '/settings/outbox']) {
        await expectStatus(client.get(path).loginAs(member), 403)
      }
      await expectStatus(client.get('/settings/members').loginAs(member), 200)
    }
  })

  test('the last owner stays, even when two leave at once', async ({ client, assert }) => {
    const { user, workspace } = await givenAWorkspace()
    const place = await Membership.findByOrFail('userId', user.id)
    const leave = (who: User, id: string) =>
      client.post(`/settings/members/${id}/remove`).loginAs(who).withCsrfToken().redirects(0)
    await leave(user, place.id)
    assert.isNotNull(await Membership.find(place.id))

    const second = await givenAMember(workspace, 'owner')
    await Promise.all([leave(user, place.id), leave(second.user, second.membership.id)])
    const owners = await Membership.query().where({ workspaceId: workspace.id, role: 'owner' })
    assert.lengthOf(owners, 1)
  })

  test('a removed member is out at once', async ({ client }) => {
    const { user, workspace } = await givenAWorkspace()
    const { user: agent, membership } = await givenAMember(workspace, 'agent')
    await expectStatus(client.get('/notices').loginAs(agent), 200)
    await client
      .post(`/settings/members/${membership.id}/remove`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    const response = await client.get('/notices').loginAs(agent).redirects(0)
    response.assertHeader('location', '/workspaces/new')
    await expectStatus(client.get('/workspaces/new').loginAs(agent), 200)
  })

  test('members of another workspace are out of reach', async ({ client, assert }) => {
    const { user } = await givenAWorkspace()
    const other = await givenAWorkspace()
    const place = await Membership.findByOrFail('userId', other.user.id)
    for (const path of [
      `/settings/members/${place.id}`,
      `/settings/members/${place.id}/remove`,
      `/workspaces/${other.workspace.id}/switch`,
    ]) {
      const response = await client
        .post(path)
        .form({ role: 'viewer' })
        .loginAs(user)
        .withCsrfToken()
        .redirects(0)
      response.assertStatus(404)
    }
    await place.refresh()
    assert.equal(place.role, 'owner')
    const forced = await client
      .get('/settings/members')
      .loginAs(user)
      .withSession({ workspace_id: other.workspace.id })
    assert.notInclude(forced.text(), other.user.email)
  })
})
