import type Deal from '#app/crm/models/deal'
import type { ProspectListRow } from '#app/crm/queries/list_prospects'
import type { DealStep } from '#app/crm/queries/deal_steps'
import type Prospect from '#app/crm/models/prospect'

/** A prospect as the API shows it. */
export function prospectShape(row: ProspectListRow) {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    phone: row.phone,
    company: row.company_name,
    city: row.city,
    country: row.country,
    locale: row.locale,
    source: row.source,
    consentStatus: row.consent_status,
    tags: row.tags,
    score: row.score,
    lastActivityAt: row.last_activity_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  }
}

/** The same from a model that was just written. */
export function prospectModelShape(prospect: Prospect) {
  return {
    id: prospect.id,
    name: prospect.name ?? null,
    email: prospect.email ?? null,
    phone: prospect.phone ?? null,
    company: prospect.companyName ?? null,
    city: prospect.city ?? null,
    country: prospect.country ?? null,
    locale: prospect.locale,
    source: prospect.source,
    consentStatus: prospect.consentStatus,
    tags: prospect.tags,
    score: prospect.score,
    lastActivityAt: prospect.lastActivityAt.toUTC().toISO(),
    createdAt: prospect.createdAt.toUTC().toISO(),
  }
}

/** A deal as the API shows it; its stage must be loaded. */
export function dealShape(deal: Deal) {
  return {
    id: deal.id,
    title: deal.title,
    stage: { id: deal.stage.id, key: deal.stage.key },
    status: deal.status,
    amountCents: deal.amountCents,
    currency: deal.currency,
    probability: deal.probability ?? deal.stage.probability,
    source: deal.source,
    prospectId: deal.prospectId,
    conversationId: deal.conversationId,
    lostReason: deal.lostReason ?? null,
    createdAt: deal.createdAt.toUTC().toISO(),
    wonAt: deal.wonAt?.toUTC().toISO() ?? null,
    lostAt: deal.lostAt?.toUTC().toISO() ?? null,
  }
}

export function stepShape(step: DealStep) {
  return {
    kind: step.kind,
    from: step.from_key,
    to: step.to_key,
    amountCents: step.amount_cents,
    reason: step.reason,
    at: step.at.toISOString(),
    seconds: step.seconds === null ? null : Math.round(step.seconds),
  }
}
