import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import { Workspace } from '#accounts'
import Deal from '#app/crm/models/deal'
import Prospect from '#app/crm/models/prospect'
import { announceDeal, announceProspect } from '#app/crm/services/announce'
import {
  cleanText,
  defaultCountry,
  normaliseEmail,
  normalisePhone,
} from '#app/crm/services/contact'
import { CreateDeal } from '#app/crm/services/create_deal'
import { findOrCreateProspect, type ProspectFacts } from '#app/crm/services/find_or_create_prospect'
import { readSignals } from '#app/crm/services/read_signals'
import { rescore } from '#app/crm/services/rescore'

export interface CaptureLeadInput {
  workspaceId: string
  name?: string | null
  /** Anything that is not an address is ignored. */
  email?: string | null
  /** National or international; anything that is not a number is ignored. */
  phone?: string | null
  company?: string | null
  locale: string
  /** Where the lead comes from, e.g. `agent`, `widget`, `whatsapp`, `form`, `api`. */
  source: string
  conversationId?: string | null
  /** What they want, in their words; also read for signs of interest. */
  interest?: string | null
  /** Title of a new deal. Default: the interest, else the person's name. */
  dealTitle?: string | null
  amountCents?: number | null
  /** Messages that the person has written so far, for the score. */
  messageCount?: number
  /** When it happened, for history that is loaded later. Default now. */
  at?: Date
}

export interface CapturedLead {
  prospectId: string
  dealId: string
  createdProspect: boolean
  createdDeal: boolean
}

/**
 * Makes or finds the prospect behind a message and their deal in the first stage of the
 * pipeline. Calling it again for the same conversation (or, without one, for the same person)
 * finds the same open deal and adds what is new; stages, won and lost deals are left as they
 * are. Runs in the caller's transaction when there is one; events follow its commit.
 *
 * @throws E_EMPTY_LEAD when there is neither contact, name nor conversation to go by
 */
export function captureLead(
  input: CaptureLeadInput,
  trx?: TransactionClientContract
): Promise<CapturedLead> {
  return trx ? capture(input, trx) : db.transaction((own) => capture(input, own))
}

/** A lead with nothing that could tell who it is. A mistake of the caller. */
export class EmptyLead extends Error {
  readonly code = 'E_EMPTY_LEAD'
}

async function capture(
  input: CaptureLeadInput,
  trx: TransactionClientContract
): Promise<CapturedLead> {
  const { workspaceId } = input
  const conversationId = input.conversationId ?? null
  const workspace = await Workspace.query({ client: trx }).where('id', workspaceId).firstOrFail()
  const facts = readFacts(input, workspace)

  if (conversationId) await lockConversation(conversationId, trx)
  const known = conversationId ? await dealOfConversation(workspaceId, conversationId, trx) : null
  const { prospect, created } = await findProspect(workspaceId, facts, known, trx)

  const existing =
    known ?? (conversationId ? null : await dealOfPerson(prospect, input.source, trx))
  if (existing) await enrich(existing, prospect, input, trx)
  const deal =
    existing ??
    (await new CreateDeal().handle(
      {
        workspaceId,
        title: cleanText(input.dealTitle ?? input.interest, 120) ?? prospect.displayName,
        prospectId: prospect.id,
        companyId: prospect.companyId,
        amountCents: input.amountCents ?? null,
        currency: workspace.currency,
        source: input.source,
        interest: cleanText(input.interest, 2000),
        conversationId,
        at: input.at,
      },
      trx
    ))

  await rescore(workspaceId, [prospect.id], trx)
  if (created) announceProspect(trx, workspaceId, prospect.id)
  return {
    prospectId: prospect.id,
    dealId: deal.id,
    createdProspect: created,
    createdDeal: existing === null,
  }
}

function readFacts(input: CaptureLeadInput, workspace: Workspace): ProspectFacts {
  return {
    name: cleanText(input.name, 200),
    email: normaliseEmail(input.email),
    phone: normalisePhone(input.phone, defaultCountry(workspace)),
    company: cleanText(input.company, 200),
    locale: input.locale,
    source: input.source,
    signals: readSignals(input.interest),
    messageCount: input.messageCount,
    at: input.at ? DateTime.fromJSDate(input.at) : DateTime.utc(),
  }
}

/** Two messages of one conversation at the same time take turns, even before any row exists. */
async function lockConversation(
  conversationId: string,
  trx: TransactionClientContract
): Promise<void> {
  await trx.rawQuery('select pg_advisory_xact_lock(hashtextextended(?, 7))', [
    `crm:${conversationId}`,
  ])
}

async function findProspect(
  workspaceId: string,
  facts: ProspectFacts,
  known: Deal | null,
  trx: TransactionClientContract
): Promise<{ prospect: Prospect; created: boolean }> {
  if (!facts.email && !facts.phone) {
    const prospect = known?.prospectId
      ? await Prospect.in(workspaceId).useTransaction(trx).where('id', known.prospectId).first()
      : null
    if (prospect) return { prospect, created: false }
    if (!facts.name && !known) throw new EmptyLead('A lead needs an e-mail, a phone or a name')
  }
  return findOrCreateProspect(workspaceId, facts, trx)
}

/** The deal that a conversation led to: the open one, else one that was won. */
function dealOfConversation(
  workspaceId: string,
  conversationId: string,
  trx: TransactionClientContract
): Promise<Deal | null> {
  return Deal.in(workspaceId)
    .useTransaction(trx)
    .where('conversationId', conversationId)
    .whereIn('status', ['open', 'won'])
    .orderByRaw(`status = 'open' desc, created_at desc`)
    .forUpdate()
    .first()
}

/** Without a conversation a person has one open deal per source; their row is locked by now. */
function dealOfPerson(
  prospect: Prospect,
  source: string,
  trx: TransactionClientContract
): Promise<Deal | null> {
  return Deal.in(prospect.workspaceId)
    .useTransaction(trx)
    .where({ prospectId: prospect.id, source, status: 'open' })
    .whereNull('conversationId')
    .orderBy('createdAt', 'desc')
    .forUpdate()
    .first()
}

/** Adds what the deal did not know yet. A closed deal is history and stays as it is. */
async function enrich(
  deal: Deal,
  prospect: Prospect,
  input: CaptureLeadInput,
  trx: TransactionClientContract
): Promise<void> {
  if (deal.status !== 'open') return
  deal.useTransaction(trx)
  deal.prospectId ??= prospect.id
  deal.companyId ??= prospect.companyId
  deal.interest ??= cleanText(input.interest, 2000)
  if (input.amountCents) deal.amountCents = input.amountCents
  if (!deal.$isDirty) return
  await deal.save()
  announceDeal(trx, deal.workspaceId, deal.id, 'edited')
}
