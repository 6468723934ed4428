import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from '@japa/runner/core'

/** A folder of its own for a test, gone afterwards. */
export function scratchFolder(test: TestContext['test']): string {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-test-'))
  test.cleanup(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
