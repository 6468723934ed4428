import db from '@adonisjs/lucid/services/db'
import {
  defaultSavings,
  defaultThresholds,
  limits,
  type SavingsInput,
  type Thresholds,
} from '#config/quantization'

export interface QuantizationSettings {
  thresholds: Thresholds
  savings: SavingsInput
  /** Days that results are kept; null is for ever. */
  keepDays: number | null
}

interface SettingsRow {
  thresholds: Partial<Thresholds>
  savings: Partial<SavingsInput>
  keep_days: number | null
}

/** The workspace's own settings over the defaults. */
export async function readSettings(workspaceId: string): Promise<QuantizationSettings> {
  const row = (await db
    .from('quantization_settings')
    .where('workspace_id', workspaceId)
    .first()) as SettingsRow | null
  return {
    thresholds: { ...defaultThresholds, ...row?.thresholds },
    savings: { ...defaultSavings, ...row?.savings },
    keepDays: row ? row.keep_days : limits.keepDays,
  }
}

/** Changes what is given and leaves the rest. */
export async function writeSettings(
  workspaceId: string,
  change: Partial<QuantizationSettings>
): Promise<void> {
  const next = { ...(await readSettings(workspaceId)), ...change }
  await db.rawQuery(
    `insert into quantization_settings (workspace_id, thresholds, savings, keep_days)
     values (:workspaceId, cast(:thresholds as jsonb), cast(:savings as jsonb), :keepDays)
     on conflict (workspace_id) do update set
       thresholds = excluded.thresholds, savings = excluded.savings,
       keep_days = excluded.keep_days, updated_at = now()`,
    {
      workspaceId,
      thresholds: JSON.stringify(next.thresholds),
      savings: JSON.stringify(next.savings),
      keepDays: next.keepDays,
    }
  )
}
