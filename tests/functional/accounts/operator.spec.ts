import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { User, isOperator } from '#accounts'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const SCHEMA = 'first_account_probe'

/** The table of accounts as on a box that nobody has used yet. */
async function givenAnEmptyBox() {
  await db.rawQuery(`drop schema if exists ${SCHEMA} cascade`)
  await db.rawQuery(`create schema ${SCHEMA}`)
  await db.rawQuery(`create table ${SCHEMA}.users (like public.users including all)`)
  await db.rawQuery(
    `create trigger first before insert on ${SCHEMA}.users
       for each row execute function users_first_is_operator()`
  )
}

function addAccount(email: string, pause = 0) {
  return db.transaction(async (trx) => {
    await trx.rawQuery(`set local search_path = ${SCHEMA}, public`)
    await trx.table('users').insert({ email })
    await trx.rawQuery('select pg_sleep(?)', [pause])
  })
}

test.group('Operator of the box', (group) => {
  group.each.teardown(async () => void (await db.rawQuery(`drop schema ${SCHEMA} cascade`)))

  test('is the first account, and no other', async ({ assert }) => {
    await givenAnEmptyBox()
    await addAccount('first@example.com')
    await addAccount('second@example.com')
    const operators = await db.from(`${SCHEMA}.users`).where('is_operator', true)
    assert.deepEqual(
      operators.map((user) => user.email),
      ['first@example.com']
    )
    const { user } = await givenAWorkspace()
    assert.isFalse(isOperator(user))
    assert.isTrue(isOperator(await User.findByOrFail('email', 'operator@example.com')))
  })

  test('is one person when several sign up at the same moment', async ({ assert }) => {
    await givenAnEmptyBox()
    await Promise.all(
      Array.from({ length: 4 }, (_, n) => addAccount(`person-${n}@example.com`, 0.1))
    )
    const counted = await db.rawQuery(
      `select count(*) as all, count(*) filter (where is_operator) as operators
         from ${SCHEMA}.users`
    )
    assert.deepEqual([counted.rows[0].all, counted.rows[0].operators].map(Number), [4, 1])
  })
})
