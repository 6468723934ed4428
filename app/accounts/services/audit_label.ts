import type { I18n } from '@adonisjs/i18n'
import type { AuditRow } from '#app/accounts/services/audit_trail'

/** Sentence for an action: `<room>.<what>` is looked up as `<room>.audit.<what>`. */
export function auditLabel(i18n: I18n, action: string): string {
  const [room, ...what] = action.split('.')
  return i18n.formatMessage(`${room}.audit.${what.join('.')}`, {}, action)
}

/** The small facts of an entry on one line. */
export function detailsText(
  entry: Pick<AuditRow, 'subjectType' | 'subjectId' | 'details'>
): string {
  const parts = Object.entries(entry.details).map(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return `${name}: ${text}`
  })
  if (entry.subjectType && entry.subjectId) parts.unshift(`${entry.subjectType} ${entry.subjectId}`)
  return parts.join(' · ').slice(0, 400)
}
