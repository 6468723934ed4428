export * from '#app/sales_agent/catalog/index'
