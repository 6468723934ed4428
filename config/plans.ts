/**
 * Every plan as data. A workspace has one plan in each line. Prices are cents per month in
 * `currency`; `null` is "on quote". `included` is granted at the start of every calendar month
 * (usd in micro-dollars, the rest in units). The names and texts that people read stand in
 * `resources/lang/<locale>/wallet.json` under `plans.<line>.<plan>`.
 */
export type PlanLine = 'assistant' | 'agent' | 'crm' | 'chat' | 'quantization'

export interface PlanDefinition {
  priceCents: number | null
  currency: 'EUR' | 'USD'
  included: {
    usd?: number
    conversation?: number | 'unlimited'
    quantization_credit?: number | 'unlimited'
  }
  /** Upper limits by what is counted; a missing name means no limit. */
  limits: Record<string, number>
  features: readonly string[]
  /** Commitments on offer, in months; 1 is "leave any month". */
  engagementMonths: readonly number[]
  setupFeeCents?: number
  /** The setup fee is waived for this commitment. */
  setupWaivedFromMonths?: number
  /** Days for which a line's owner may try the plan without paying, once. */
  trialDays?: number
  /** Paid once, e.g. a licence. */
  oneTimeCents?: number
  /** Paid once a year, e.g. support. */
  yearlyCents?: number
  /** Promised availability in hundredths of a percent: 9990 is 99.9 %. */
  slaBasisPoints?: number
}

export interface LineDefinition {
  /** Plan of a new workspace; `null`: none until somebody chooses one. */
  default: string | null
  plans: Record<string, PlanDefinition>
}

const MONTHLY = [1] as const
const MONTHLY_OR_YEARLY = [1, 12] as const

export const plans: Record<PlanLine, LineDefinition> = {
  assistant: {
    default: 'student',
    plans: {
      student: {
        priceCents: 0,
        currency: 'EUR',
        included: { usd: 2_000_000 },
        limits: {},
        features: ['packs'],
        engagementMonths: MONTHLY,
      },
      individual: {
        priceCents: 800,
        currency: 'EUR',
        included: { usd: 5_000_000 },
        limits: {},
        features: ['packs'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      pro: {
        priceCents: 1300,
        currency: 'EUR',
        included: { usd: 10_000_000 },
        limits: {},
        features: ['packs'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      enterprise: {
        priceCents: null,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['packs', 'own_pool', 'sla'],
        engagementMonths: [12],
      },
    },
  },
  agent: {
    default: 'starter',
    plans: {
      starter: {
        priceCents: 0,
        currency: 'EUR',
        included: { conversation: 100 },
        limits: { agents: 1 },
        features: ['shared_branding'],
        engagementMonths: MONTHLY,
      },
      business: {
        priceCents: 4900,
        currency: 'EUR',
        included: { conversation: 1000 },
        trialDays: 14,
        limits: { agents: 3 },
        features: ['ecommerce', 'analytics', 'specialised_agents'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      enterprise: {
        priceCents: 19900,
        currency: 'EUR',
        included: { conversation: 'unlimited' },
        limits: {},
        features: ['ecommerce', 'analytics', 'custom_agents', 'white_label', 'full_api'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
    },
  },
  crm: {
    default: 'starter',
    plans: {
      starter: {
        priceCents: 3900,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['roi_reports'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      business: {
        priceCents: 14900,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['roi_reports', 'advanced_analytics', 'benchmarks'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      enterprise: {
        priceCents: 39900,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['roi_reports', 'advanced_analytics', 'benchmarks', 'custom_reports'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
    },
  },
  chat: {
    default: null,
    plans: {
      starter: {
        priceCents: 9900,
        currency: 'EUR',
        included: {},
        limits: { chat_agents: 1, chat_conversations: 1000 },
        features: ['managed_chat'],
        engagementMonths: MONTHLY_OR_YEARLY,
        setupFeeCents: 50_000,
        setupWaivedFromMonths: 12,
      },
      pro: {
        priceCents: 14900,
        currency: 'EUR',
        included: {},
        limits: { chat_agents: 3, chat_conversations: 2000 },
        features: ['managed_chat'],
        engagementMonths: MONTHLY_OR_YEARLY,
        setupFeeCents: 50_000,
        setupWaivedFromMonths: 12,
      },
      enterprise: {
        priceCents: 49900,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['managed_chat', 'sla'],
        engagementMonths: MONTHLY_OR_YEARLY,
        setupFeeCents: 50_000,
        setupWaivedFromMonths: 12,
        slaBasisPoints: 9990,
      },
      self_hosted: {
        priceCents: 0,
        currency: 'EUR',
        included: {},
        limits: {},
        features: ['own_server'],
        engagementMonths: [12],
        oneTimeCents: 250_000,
        yearlyCents: 50_000,
      },
    },
  },
  quantization: {
    default: 'free',
    plans: {
      free: {
        priceCents: 0,
        currency: 'EUR',
        included: { quantization_credit: 1 },
        limits: {},
        features: ['int8'],
        engagementMonths: MONTHLY,
      },
      starter: {
        priceCents: 1900,
        currency: 'EUR',
        included: { quantization_credit: 10 },
        trialDays: 14,
        limits: {},
        features: ['int8', 'all_methods'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
      pro: {
        priceCents: 9900,
        currency: 'EUR',
        included: { quantization_credit: 'unlimited' },
        limits: {},
        features: ['int8', 'all_methods', 'priority'],
        engagementMonths: MONTHLY_OR_YEARLY,
      },
    },
  },
}

/** Credit packs in whole dollars; above the last one and in between: any whole amount. */
export const packs = {
  dollars: [5, 10, 20, 50, 100, 500, 1000],
  minimumDollars: 5,
  /** Beyond this, a person makes the offer. */
  maximumDollars: 10_000,
  currency: 'USD' as const,
  /** The highest line that the amount reaches decides. */
  discounts: [
    { fromDollars: 1000, percent: 20 },
    { fromDollars: 500, percent: 15 },
    { fromDollars: 100, percent: 10 },
  ],
}

/** Gifts on the first upgrade from one plan to another, in micro-dollars, in that month. */
export const upgradeGifts = [
  { line: 'assistant', from: 'student', to: 'individual', usd: 5_000_000 },
  { line: 'assistant', from: 'individual', to: 'pro', usd: 10_000_000 },
] as const
