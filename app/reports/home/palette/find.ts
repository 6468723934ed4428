import { Deal, findProspects } from '#crm'
import { searchProducts } from '#sales_agent'
import { formatCents } from '#shared/money'
import { escapeLike } from '#shared/like'

export interface Found {
  kind: 'prospect' | 'deal' | 'product'
  id: string
  label: string
  hint: string | null
  href: string
}

export interface FindInput {
  workspaceId: string
  query: string
  locale: string
  /** Results of each kind at most. */
  limit: number
}

/** Prospects, deals and products that a few typed letters may mean, in this order. */
export async function findEverywhere(input: FindInput): Promise<Found[]> {
  const query = input.query.trim().slice(0, 100)
  if (query.length < 2) return []
  const found = await Promise.all([
    findPeople({ ...input, query }),
    findDeals({ ...input, query }),
    findProducts({ ...input, query }),
  ])
  return found.flat()
}

async function findPeople({ workspaceId, query, limit }: FindInput): Promise<Found[]> {
  const prospects = await findProspects(workspaceId, query, limit)
  return prospects.map(({ id, name, email, phone, company_name: companyName }) => ({
    kind: 'prospect',
    id,
    label: name ?? email ?? phone ?? '–',
    hint: companyName ?? (name ? (email ?? phone) : null),
    href: `/prospects/${id}`,
  }))
}

async function findDeals({ workspaceId, query, limit, locale }: FindInput): Promise<Found[]> {
  const deals = await Deal.in(workspaceId)
    .whereILike('title', pattern(query))
    .preload('prospect')
    .orderBy('updatedAt', 'desc')
    .limit(limit)
  return deals.map(({ id, title, amountCents, currency, prospect }) => {
    const amount = amountCents === null ? null : formatCents(amountCents, currency, locale)
    return {
      kind: 'deal',
      id,
      label: title,
      hint: [prospect?.name, amount].filter(Boolean).join(' · ') || null,
      href: `/deals/${id}`,
    }
  })
}

async function findProducts(input: FindInput): Promise<Found[]> {
  const products = await searchProducts({
    workspaceId: input.workspaceId,
    text: input.query,
    locale: input.locale,
    limit: input.limit,
  })
  return products.map(({ id, title, price, currency }) => ({
    kind: 'product',
    id,
    label: title,
    hint: formatCents(Math.round(Number(price) * 100), currency, input.locale),
    href: `/catalog/${id}`,
  }))
}

/** Typed letters anywhere in the text; they stand for themselves. */
function pattern(query: string): string {
  return `%${escapeLike(query)}%`
}
