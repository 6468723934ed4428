/** What a member can switch on and off in the notice settings. */
export const NOTICE_TOPICS = [
  'credit',
  'lead',
  'conversation',
  'job',
  'report',
  'security',
  'offer',
  'other',
] as const

export type NoticeTopic = (typeof NOTICE_TOPICS)[number]

/** Kinds named after their room land in the topic that a reader would look for. */
const TOPIC_OF_ROOM: Record<string, NoticeTopic> = {
  wallet: 'credit',
  crm: 'lead',
  sales_agent: 'conversation',
  quantization: 'job',
  reports: 'report',
  llm: 'report',
  accounts: 'security',
}

/**
 * Topic of a notice's kind, which is a topic (`credit`), a topic with a detail
 * (`credit.low`) or a room with a detail (`wallet.low_credit`).
 */
export function topicOf(kind: string): NoticeTopic {
  const head = kind.split('.')[0] ?? ''
  if ((NOTICE_TOPICS as readonly string[]).includes(head)) return head as NoticeTopic
  return TOPIC_OF_ROOM[head] ?? 'other'
}

/** Before a member chooses: everything in the portal, e-mail for all but small talk. */
export function defaultChannels(topic: NoticeTopic): { inApp: boolean; email: boolean } {
  return { inApp: true, email: topic !== 'offer' && topic !== 'other' }
}
