import { awqHandlers } from '../awq/handlers.js'
import { gptqHandlers } from '../gptq/handlers.js'

export const handlers = { ...gptqHandlers, ...awqHandlers }
export type Int4Handlers = typeof handlers
