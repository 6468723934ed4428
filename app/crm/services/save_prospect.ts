import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import type { Workspace } from '#accounts'
import type { Result } from '#shared/result'
import { splitName } from '#app/crm/imports/names'
import Prospect, { type ConsentBasis, type ConsentStatus } from '#app/crm/models/prospect'
import { announceProspect } from '#app/crm/services/announce'
import {
  cleanText,
  defaultCountry,
  normaliseEmail,
  normalisePhone,
} from '#app/crm/services/contact'
import { findOrCreateCompany } from '#app/crm/services/find_or_create_company'
import { rescore } from '#app/crm/services/rescore'

export interface SaveProspectInput {
  name?: string | null
  email?: string | null
  phone?: string | null
  company?: string | null
  jobTitle?: string | null
  city?: string | null
  country?: string | null
  locale?: string
  /** Separated by commas. */
  tags?: string | null
  consentStatus?: ConsentStatus
  consentBasis?: ConsentBasis | null
  consentSource?: string | null
}

export type SavedProspect = Result<
  { prospect: Prospect; created: boolean },
  {
    reason: 'not_found' | 'invalid_email' | 'invalid_phone' | 'no_identity' | 'taken'
    /** With `taken`: whose contact it is already. */
    takenBy?: string
    field?: 'email' | 'phone'
  }
>

/** Makes a prospect by hand or by the API, or writes a corrected one. */
export class SaveProspect {
  async handle(
    workspace: Workspace,
    input: SaveProspectInput,
    options: { id?: string; source: string }
  ): Promise<SavedProspect> {
    const country = input.country?.toUpperCase() ?? null
    const email = normaliseEmail(input.email)
    if (input.email && !email) return { ok: false, reason: 'invalid_email', field: 'email' }
    const phone = normalisePhone(input.phone, country ?? defaultCountry(workspace))
    if (input.phone && !phone) return { ok: false, reason: 'invalid_phone', field: 'phone' }
    const name = cleanText(input.name, 200)
    const company = cleanText(input.company, 200)
    if (!email && !phone && !name && !company) return { ok: false, reason: 'no_identity' }

    try {
      return await this.store(
        workspace,
        { ...input, name, email, phone, company, country },
        options
      )
    } catch (error) {
      if ((error as { code?: string }).code !== '23505') throw error
      return this.explain(workspace.id, email, phone, options.id)
    }
  }

  private store(
    workspace: Workspace,
    input: SaveProspectInput,
    { id, source }: { id?: string; source: string }
  ): Promise<SavedProspect> {
    return db.transaction(async (trx) => {
      const prospect = id
        ? await Prospect.in(workspace.id).useTransaction(trx).where('id', id).forUpdate().first()
        : new Prospect().fill({
            workspaceId: workspace.id,
            source,
            locale: workspace.locale,
            tags: [],
            custom: {},
            signals: {},
            consentStatus: 'unknown',
            lastActivityAt: DateTime.utc(),
          })
      if (!prospect) return { ok: false, reason: 'not_found' }

      const companyId = input.company
        ? await findOrCreateCompany(workspace.id, input.company, trx)
        : null
      const names = input.name ? splitName(input.name) : { firstName: null, lastName: null }
      prospect.merge({
        name: input.name ?? (input.email || input.phone ? null : input.company),
        firstName: cleanText(names.firstName, 100),
        lastName: cleanText(names.lastName, 100),
        email: input.email,
        phone: input.phone,
        companyId,
        companyName: input.company,
        jobTitle: cleanText(input.jobTitle, 200),
        city: cleanText(input.city, 200),
        country: input.country,
      })
      if (input.locale) prospect.locale = input.locale
      if (input.tags !== undefined) prospect.tags = readTags(input.tags)
      writeConsent(prospect, input)
      await prospect.useTransaction(trx).save()
      await rescore(workspace.id, [prospect.id], trx)
      if (!id) announceProspect(trx, workspace.id, prospect.id)
      return { ok: true, prospect, created: !id }
    })
  }

  /** The database refused a second owner of a contact: find out which one it is. */
  private async explain(
    workspaceId: string,
    email: string | null,
    phone: string | null,
    id: string | undefined
  ): Promise<SavedProspect> {
    for (const [field, value] of [
      ['email', email],
      ['phone', phone],
    ] as const) {
      if (!value) continue
      const owner = await Prospect.in(workspaceId).where(field, value).first()
      if (owner && owner.id !== id) return { ok: false, reason: 'taken', field, takenBy: owner.id }
    }
    return { ok: false, reason: 'not_found' }
  }
}

function writeConsent(prospect: Prospect, input: SaveProspectInput): void {
  if (!input.consentStatus) return
  if (prospect.consentStatus !== input.consentStatus) prospect.consentAt = DateTime.utc()
  prospect.consentStatus = input.consentStatus
  prospect.consentBasis = input.consentStatus === 'given' ? (input.consentBasis ?? 'consent') : null
  prospect.consentSource = cleanText(input.consentSource, 500)
}

function readTags(text: string | null): string[] {
  const tags = (text ?? '').split(/[,;]/).map((tag) => cleanText(tag, 40))
  return [...new Set(tags.filter((tag) => tag !== null))].slice(0, 20)
}
