import type { ProspectDraft } from '#app/crm/imports/read_row'

/** The later row of the same person wins where it says something. */
export function mergeDrafts(earlier: ProspectDraft, later: ProspectDraft): ProspectDraft {
  const merged = { ...earlier }
  for (const key of Object.keys(later) as (keyof ProspectDraft)[]) {
    if (later[key] !== null) Object.assign(merged, { [key]: later[key] })
  }
  merged.email = earlier.email ?? later.email
  merged.phone = earlier.phone ?? later.phone
  merged.tags = [...new Set([...earlier.tags, ...later.tags])]
  merged.custom = { ...earlier.custom, ...later.custom }
  return merged
}

/** What people without e-mail and phone are found by. */
export function identityOf(name: string | null, company: string | null): string {
  return `${(name ?? '').toLowerCase()}\u0001${(company ?? '').toLowerCase()}`
}

/**
 * Finds rows of the same person within a batch: by e-mail, then by phone (unless both have
 * e-mails that differ: colleagues share a switchboard), then by name and company for those
 * without either.
 */
export class DraftBatch {
  readonly drafts: ProspectDraft[] = []
  readonly #byEmail = new Map<string, number>()
  readonly #byPhone = new Map<string, number>()
  readonly #byIdentity = new Map<string, number>()

  /** @returns true when the row was merged into an earlier one of the batch */
  add(draft: ProspectDraft): boolean {
    const index = this.#find(draft)
    const at = index ?? this.drafts.length
    this.drafts[at] = index === undefined ? draft : mergeDrafts(this.drafts[index]!, draft)
    this.#remember(this.drafts[at]!, at)
    return index !== undefined
  }

  #find(draft: ProspectDraft): number | undefined {
    const byEmail = draft.email ? this.#byEmail.get(draft.email) : undefined
    if (byEmail !== undefined) {
      if (draft.phone && (this.#byPhone.get(draft.phone) ?? byEmail) !== byEmail) {
        setAside(draft)
      }
      return byEmail
    }
    if (draft.phone) {
      const byPhone = this.#byPhone.get(draft.phone)
      if (byPhone !== undefined) {
        const other = this.drafts[byPhone]!
        if (!draft.email || !other.email) return byPhone
        setAside(draft)
      }
      return undefined
    }
    return draft.email ? undefined : this.#byIdentity.get(identityOf(draft.name, draft.company))
  }

  #remember(draft: ProspectDraft, index: number): void {
    if (draft.email) this.#byEmail.set(draft.email, index)
    if (draft.phone) this.#byPhone.set(draft.phone, index)
    if (!draft.email && !draft.phone) {
      this.#byIdentity.set(identityOf(draft.name, draft.company), index)
    }
  }
}

/** A phone that is somebody else's already stays readable, but nobody is found by it. */
export function setAside(draft: ProspectDraft): void {
  if (!draft.phone) return
  draft.custom = { ...draft.custom, shared_phone: draft.phone }
  draft.phone = null
}
