import '#shared/platform/module'
