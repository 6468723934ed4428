export * from '#app/sales_agent/catalog/index'
export * from '#app/sales_agent/history/record_past_conversation'
