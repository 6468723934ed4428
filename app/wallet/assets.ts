/** What a wallet holds: micro-dollars, and whole conversations and quantization credits. */
export const ASSETS = ['conversation', 'quantization_credit', 'usd'] as const
export type Asset = (typeof ASSETS)[number]

/** Where credit comes from; only packs are bought on their own, and overage is billed. */
export const GRANT_SOURCES = ['plan', 'pack', 'promotion', 'free_trial', 'overage'] as const
export type GrantSource = (typeof GRANT_SOURCES)[number]

/** Stands for "unlimited" in the ledger: far above any use, far below a bigint sum's limit. */
export const UNLIMITED_UNITS = 1_000_000_000
