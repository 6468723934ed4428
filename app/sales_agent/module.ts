import '#app/sales_agent/conversations/module'
import '#app/sales_agent/settings/module'
import '#app/sales_agent/catalog/module'
