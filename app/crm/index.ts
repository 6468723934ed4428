/**
 * CRM: prospects, companies, the pipeline and its history. The public face for rooms above.
 */
import '#app/crm/events'

export { default as Company } from '#app/crm/models/company'
export { default as Deal } from '#app/crm/models/deal'
export { default as DealEvent } from '#app/crm/models/deal_event'
export { default as Note } from '#app/crm/models/note'
export { default as Prospect } from '#app/crm/models/prospect'
export { default as Stage } from '#app/crm/models/stage'
export { default as Task } from '#app/crm/models/task'
export {
  captureLead,
  EmptyLead,
  type CapturedLead,
  type CaptureLeadInput,
} from '#app/crm/services/capture_lead'
export { CreateDeal, type CreateDealInput } from '#app/crm/services/create_deal'
export {
  createDealWithHistory,
  type DealWithHistoryInput,
  type HistoricEvent,
} from '#app/crm/services/create_deal_with_history'
export { ChangeDeal, type ChangedDeal, type DealChange } from '#app/crm/services/change_deal'
export { countProspectsByDay } from '#app/crm/queries/count_prospects_by_day'
export { findProspects, type FoundProspect } from '#app/crm/queries/find_prospects'
export { listStages } from '#app/crm/services/list_stages'
export { pipelineSummary, type PipelineSummary } from '#app/crm/services/pipeline_summary'
export { scoreProspect } from '#app/crm/services/score_prospect'
export { rescore } from '#app/crm/services/rescore'
export { normaliseEmail, normalisePhone } from '#app/crm/services/contact'
export { COLUMN_TARGETS, type ColumnMapping, type ColumnTarget } from '#app/crm/imports/fields'
export {
  ImportProspects,
  type ImportedProspects,
  type ImportReport,
} from '#app/crm/imports/import_prospects'
export { UndoImport, type UndoResult } from '#app/crm/imports/undo_import'
export { DEFAULT_STAGES, LOST_REASONS, type StageKey } from '#app/crm/stages'
export type { DealChangeKind } from '#app/crm/events'
