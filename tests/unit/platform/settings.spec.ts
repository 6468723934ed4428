import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@japa/runner'
import { readSetting, takePlacesFromEnvFile } from '#providers/box/read_setting'

test.group('Settings of the box', () => {
  test('come from the environment, else from .env', async ({ assert, cleanup }) => {
    const root = await mkdtemp(join(tmpdir(), 'settings-'))
    cleanup(() => rm(root, { recursive: true }))
    assert.isUndefined(readSetting(root, 'BOX_PROBE'))
    await writeFile(join(root, '.env'), 'OTHER=1\r\nBOX_PROBE="two words"\r\nEMPTY=\r\n')
    assert.equal(readSetting(root, 'BOX_PROBE'), 'two words')
    assert.isUndefined(readSetting(root, 'EMPTY'))
    process.env.BOX_PROBE = 'wins'
    cleanup(() => void delete process.env.BOX_PROBE)
    assert.equal(readSetting(root, 'BOX_PROBE'), 'wins')
  })

  test('tests never touch the data that .env names', async ({ assert, cleanup }) => {
    const root = await mkdtemp(join(tmpdir(), 'settings-'))
    cleanup(() => rm(root, { recursive: true }))
    const before = process.env.DATABASE_URL
    await writeFile(join(root, '.env'), 'DATABASE_URL=postgres://elsewhere/live\n')
    takePlacesFromEnvFile(root)
    assert.equal(process.env.DATABASE_URL, before)
  })
})
