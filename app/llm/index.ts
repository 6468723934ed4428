/**
 * The model gateway: every call to a language model, with its price, its log and its privacy.
 * The public face for rooms above.
 */
export { recordPastCall, type PastCallInput } from './history/record_past_call.js'
export {
  useContactLookup,
  type ContactLookup,
  type KnownContact,
} from './privacy/known_contacts.js'
export type { LocalUse, UseLocalModelInput, UseLocalModelResult } from './local/local_models.js'
export { llm } from './services/llm.js'
export { stripHiddenCharacters } from './safety/hidden_characters.js'
export type {
  ChatMessage,
  ModelAnswer,
  ModelFailure,
  ModelRequest,
  ModelResult,
  StreamRequest,
} from './types.js'
