/**
 * CRM: prospects, companies, the pipeline and its history. The public face for rooms above.
 */
import '#app/crm/events'

export { default as Company } from '#app/crm/models/company'
export { default as Deal } from '#app/crm/models/deal'
export { default as DealEvent } from '#app/crm/models/deal_event'
export { default as Prospect } from '#app/crm/models/prospect'
export { default as Stage } from '#app/crm/models/stage'
export {
  captureLead,
  EmptyLead,
  type CapturedLead,
  type CaptureLeadInput,
} from '#app/crm/services/capture_lead'
export { DEFAULT_STAGES, LOST_REASONS, type StageKey } from '#app/crm/stages'
export type { DealChangeKind } from '#app/crm/events'
