import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Makes sure that the box has a secret of its own: `.env` is written at the first start and
 * completed when it lacks `APP_KEY`. A key that comes from the environment is left alone.
 */
export function ensureEnvFile(root: string): void {
  if (process.env.APP_KEY) return

  const path = join(root, '.env')
  const current = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (/^APP_KEY=.{16,}$/m.test(current)) return

  const kept = current.replace(/^APP_KEY=.*$\n?/m, '')
  const key = randomBytes(32).toString('base64url')
  writeFileSync(path, `${kept}APP_KEY=${key}\n`, { mode: 0o600 })
}
