import type { Assert } from '@japa/assert'
import { VerifyLedger } from '#wallet'

/** The whole ledger of the test database, every rule of it. */
export async function assertLedgerIsSound(assert: Assert) {
  const { differences } = await new VerifyLedger().handle()
  assert.deepEqual(differences, [])
}
