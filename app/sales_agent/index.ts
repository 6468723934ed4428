/**
 * The sales agent: its catalogue and its conversations. The public face for rooms above.
 */
import '#app/sales_agent/events'

export * from '#app/sales_agent/catalog/index'
export * from '#app/sales_agent/conversations/index'
export * from '#app/sales_agent/history/record_past_conversation'
