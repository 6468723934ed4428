import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

const run = promisify(execFile)

/** A small house with the same rules, one face per room and the files of the case. */
async function violationsOf(files: Record<string, string>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'floors-'))
  try {
    for (const name of ['.dependency-cruiser.cjs', '.dependency-cruiser.resolve.cjs']) {
      await cp(app.makePath(name), join(root, name))
    }
    for (const name of ['package.json', 'tsconfig.json']) {
      await cp(app.makePath(name), join(root, name))
    }
    await symlink(app.makePath('node_modules'), join(root, 'node_modules'))
    const rooms = ['accounts', 'wallet', 'llm', 'crm', 'sales_agent', 'reports', 'demo']
    const faces = Object.fromEntries(rooms.map((room) => [`app/${room}/index.ts`, 'export {}']))
    for (const [path, text] of Object.entries({ ...faces, ...files })) {
      await mkdir(join(root, dirname(path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
    const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0]!)), 'app']
    const bin = app.makePath('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
    const result = await run(
      process.execPath,
      [bin, ...new Set(folders), '--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
      { cwd: root, maxBuffer: 50_000_000 }
    ).catch((error: { stdout: string }) => error)
    const { summary } = JSON.parse(result.stdout) as {
      summary: { violations: { rule: { name: string } }[] }
    }
    return summary.violations.map(({ rule }) => rule.name)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

test.group('Floors', () => {
  test('npm run floors looks at every folder of the product', async ({ assert }) => {
    const { scripts } = JSON.parse(await readFile(app.makePath('package.json'), 'utf8')) as {
      scripts: { floors: string }
    }
    for (const folder of ['app', 'providers', 'commands', 'gpu']) {
      const files = await readdir(app.makePath(folder)).catch(() => [])
      if (files.length > 0) assert.match(scripts.floors, new RegExp(` ${folder} `))
    }
  })

  test('a room may use the face of a lower one', async ({ assert }) => {
    assert.deepEqual(
      await violationsOf({ 'app/crm/services/x.ts': `import '#accounts'\nimport '#wallet'` }),
      []
    )
  })

  test('{name}')
    .with([
      {
        name: 'a lower room may not use a higher one',
        rule: 'floor-of-wallet',
        files: { 'app/wallet/services/x.ts': `import '#crm'` },
      },
      {
        name: 'not even for a type',
        rule: 'floor-of-accounts',
        files: {
          'app/reports/index.ts': 'export type Report = string',
          'app/accounts/x.ts': `import type { Report } from '#reports'\nexport type X = Report`,
        },
      },
      {
        name: 'shared knows no room',
        rule: 'floor-of-shared',
        files: { 'app/shared/http/x.ts': `import '#accounts'` },
      },
      {
        name: 'other rooms are used through their face',
        rule: 'only-through-the-face',
        files: {
          'app/wallet/services/hold.ts': 'export const hold = 1',
          'app/crm/services/x.ts': `import '#app/wallet/services/hold'`,
        },
      },
      {
        name: 'commands use faces',
        rule: 'commands-through-faces',
        files: {
          'app/crm/services/y.ts': 'export const y = 1',
          'commands/x.ts': `import '#app/crm/services/y'`,
        },
      },
      {
        name: 'the GPU process stands apart',
        rule: 'gpu-stands-apart',
        files: { 'gpu/x.ts': `import '#shared/money'`, 'app/shared/money.ts': 'export {}' },
      },
      {
        name: 'the application knows only the protocol of the GPU process',
        rule: 'gpu-only-by-its-protocol',
        files: {
          'gpu/solver.ts': 'export {}',
          'app/llm/x.ts': `import '../../gpu/solver.js'`,
        },
      },
      {
        name: 'files do not need each other',
        rule: 'no-cycles',
        files: {
          'app/crm/a.ts': `import { b } from '#app/crm/b'\nexport const a = () => b`,
          'app/crm/b.ts': `import { a } from '#app/crm/a'\nexport const b = () => a`,
        },
      },
    ])
    .run(async ({ assert }, { rule, files }) => {
      const found = await violationsOf(files as unknown as Record<string, string>)
      assert.deepEqual([...new Set(found)], [rule])
    })
})
