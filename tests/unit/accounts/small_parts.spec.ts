import { test } from '@japa/runner'
import { readFile } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'
import { roleAllows } from '#accounts'
import { topicOf } from '#app/accounts/notice_topics'
import { reachableHost } from '#config/app'
import { addressKey } from '#shared/http/address_key'
import { isCommonPassword } from '#app/accounts/services/common_passwords'
import { takeMailHeaders } from '#app/accounts/mail/mail_headers'

test.group('Accounts, small parts', () => {
  test('roles allow what lower roles may', ({ assert }) => {
    assert.isTrue(roleAllows('owner', 'viewer'))
    assert.isTrue(roleAllows('agent', 'agent'))
    assert.isFalse(roleAllows('viewer', 'agent'))
    assert.isFalse(roleAllows('manager', 'owner'))
  })

  test('an IPv6 network counts as one address')
    .with([
      ['10.1.2.3', '10.1.2.3'],
      ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
      ['2001:db8::1', '2001:db8:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
    ])
    .run(({ assert }, [ip, key]) => assert.equal(addressKey(ip!), key))

  test('knows easy passwords', ({ assert }) => {
    assert.isTrue(isCommonPassword('Password123'))
    assert.isTrue(isCommonPassword('aaaaaaaaaaaa'))
    assert.isTrue(isCommonPassword('Zoe@Example.com', 'zoe@example.com'))
    assert.isFalse(isCommonPassword('correct horse battery'))
  })

  test('files notices under the topic that a reader looks for', ({ assert }) => {
    assert.equal(topicOf('credit.low'), 'credit')
    assert.equal(topicOf('wallet.low'), 'credit')
    assert.equal(topicOf('sales_agent.handoff'), 'conversation')
    assert.equal(topicOf('whatever'), 'other')
  })

  test('takes our own headers off a message', ({ assert }) => {
    const message = { headers: { 'x-workspace-id': 'w', 'X-Min-Role': 'owner', 'X-Other': '1' } }
    assert.deepEqual(takeMailHeaders(message as never), { workspaceId: 'w', minRole: 'owner' })
    assert.deepEqual(message.headers as object, { 'X-Other': '1' })
  })

  test('both languages hold the same texts')
    .with(['accounts', 'validator'])
    .run(async ({ assert }, name) => {
      const keys = async (locale: string) => {
        const path = app.makePath(`resources/lang/${locale}/${name}.json`)
        return Object.keys(JSON.parse(await readFile(path, 'utf8')) as object).sort()
      }
      assert.deepEqual(await keys('fr'), await keys('en'))
    })
})

test.group('Public address', () => {
  test('is one that a reader can open', ({ assert }) => {
    assert.equal(reachableHost('0.0.0.0'), 'localhost')
    assert.equal(reachableHost('::'), 'localhost')
    assert.equal(reachableHost(undefined), 'localhost')
    assert.equal(reachableHost('192.168.1.5'), '192.168.1.5')
    assert.equal(reachableHost('fd00::1'), '[fd00::1]')
  })
})
