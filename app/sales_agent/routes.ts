import '#app/sales_agent/conversations/routes'
import '#app/sales_agent/catalog/routes'
import '#app/sales_agent/widget/routes'
import '#app/sales_agent/settings/routes'
