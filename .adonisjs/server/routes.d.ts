import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'reports.home': { paramsTuple?: []; params?: {} }
    'reports.palette': { paramsTuple?: []; params?: {} }
    'demo.load': { paramsTuple?: []; params?: {} }
    'demo.loading': { paramsTuple?: []; params?: {} }
    'shared.ready': { paramsTuple?: []; params?: {} }
    'shared.metrics': { paramsTuple?: []; params?: {} }
    'shared.openapi': { paramsTuple?: []; params?: {} }
    'shared.docs': { paramsTuple?: []; params?: {} }
    'shared.jobs.index': { paramsTuple?: []; params?: {} }
    'shared.jobs.retry': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared.jobs.dismiss': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared.jobs.cancel': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.store': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
    'accounts.session.store': { paramsTuple?: []; params?: {} }
    'accounts.google.redirect': { paramsTuple?: []; params?: {} }
    'accounts.google.callback': { paramsTuple?: []; params?: {} }
    'accounts.session.destroy': { paramsTuple?: []; params?: {} }
    'accounts.locale.update': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.create': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.store': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.edit': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.password_reset.update': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.invitations.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.invitations.accept': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.workspaces.create': { paramsTuple?: []; params?: {} }
    'accounts.workspaces.store': { paramsTuple?: []; params?: {} }
    'accounts.workspaces.switch': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.settings': { paramsTuple?: []; params?: {} }
    'accounts.profile.show': { paramsTuple?: []; params?: {} }
    'accounts.profile.update': { paramsTuple?: []; params?: {} }
    'accounts.profile.password': { paramsTuple?: []; params?: {} }
    'accounts.profile.sessions': { paramsTuple?: []; params?: {} }
    'accounts.workspace.show': { paramsTuple?: []; params?: {} }
    'accounts.members.index': { paramsTuple?: []; params?: {} }
    'accounts.members.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.notices.preferences': { paramsTuple?: []; params?: {} }
    'accounts.notices.save_preferences': { paramsTuple?: []; params?: {} }
    'accounts.notices.index': { paramsTuple?: []; params?: {} }
    'accounts.notices.read_all': { paramsTuple?: []; params?: {} }
    'accounts.notices.open': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.workspace.update': { paramsTuple?: []; params?: {} }
    'accounts.members.invite': { paramsTuple?: []; params?: {} }
    'accounts.members.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.invitations.withdraw': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.api_keys.index': { paramsTuple?: []; params?: {} }
    'accounts.api_keys.store': { paramsTuple?: []; params?: {} }
    'accounts.api_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.audit.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.outbox.attachment': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'index': ParamValue} }
    'api.get.me': { paramsTuple?: []; params?: {} }
    'reports.index': { paramsTuple?: []; params?: {} }
    'reports.weekly.pdf': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.weekly.show': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.copies.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'reports.settings.edit': { paramsTuple?: []; params?: {} }
    'reports.settings.update': { paramsTuple?: []; params?: {} }
    'reports.subscription.store': { paramsTuple?: []; params?: {} }
    'reports.subscription.destroy': { paramsTuple?: []; params?: {} }
    'api.get.reports.weekly': { paramsTuple?: []; params?: {} }
    'wallet.show': { paramsTuple?: []; params?: {} }
    'wallet.tip.ignore': { paramsTuple?: []; params?: {} }
    'wallet.plans.index': { paramsTuple?: []; params?: {} }
    'wallet.plans.store': { paramsTuple?: []; params?: {} }
    'wallet.orders.store': { paramsTuple?: []; params?: {} }
    'wallet.orders.confirm': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'wallet.orders.cancel': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.get.wallet': { paramsTuple?: []; params?: {} }
    'api.get.wallet.transfers': { paramsTuple?: []; params?: {} }
    'llm.models.index': { paramsTuple?: []; params?: {} }
    'llm.models.test': { paramsTuple?: []; params?: {} }
    'api.post.assistant.requests': { paramsTuple?: []; params?: {} }
    'api.get.prospects': { paramsTuple?: []; params?: {} }
    'api.post.prospects': { paramsTuple?: []; params?: {} }
    'api.post.prospects.import': { paramsTuple?: []; params?: {} }
    'api.get.deals': { paramsTuple?: []; params?: {} }
    'api.post.deals': { paramsTuple?: []; params?: {} }
    'api.get.deals.id': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.post.deals.id.stage': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.pipeline.index': { paramsTuple?: []; params?: {} }
    'crm.pipeline.board': { paramsTuple?: []; params?: {} }
    'crm.pipeline.events': { paramsTuple?: []; params?: {} }
    'crm.tasks.index': { paramsTuple?: []; params?: {} }
    'crm.prospects.index': { paramsTuple?: []; params?: {} }
    'crm.deals.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.create': { paramsTuple?: []; params?: {} }
    'crm.deals.store': { paramsTuple?: []; params?: {} }
    'crm.deals.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.move': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.win': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.lose': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.reopen': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.task': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.create': { paramsTuple?: []; params?: {} }
    'crm.prospects.store': { paramsTuple?: []; params?: {} }
    'crm.prospects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.task': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.tasks.store': { paramsTuple?: []; params?: {} }
    'crm.tasks.toggle': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.export': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.erase': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.index': { paramsTuple?: []; params?: {} }
    'crm.imports.store': { paramsTuple?: []; params?: {} }
    'crm.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.run': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.undo': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.post.conversations': { paramsTuple?: []; params?: {} }
    'api.post.conversations.id.messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.index': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.events': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.reply': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.status': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.index': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.import': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.import.store': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.get.products': { paramsTuple?: []; params?: {} }
    'api.post.products': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.script': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.session': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.send': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.history': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.contact': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.preflight': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
    'sales_agent.agent.show': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.edit': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.update': { paramsTuple?: []; params?: {} }
  }
  GET: {
    'reports.home': { paramsTuple?: []; params?: {} }
    'reports.palette': { paramsTuple?: []; params?: {} }
    'demo.loading': { paramsTuple?: []; params?: {} }
    'shared.ready': { paramsTuple?: []; params?: {} }
    'shared.metrics': { paramsTuple?: []; params?: {} }
    'shared.openapi': { paramsTuple?: []; params?: {} }
    'shared.docs': { paramsTuple?: []; params?: {} }
    'shared.jobs.index': { paramsTuple?: []; params?: {} }
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
    'accounts.google.redirect': { paramsTuple?: []; params?: {} }
    'accounts.google.callback': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.create': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.edit': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.invitations.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.workspaces.create': { paramsTuple?: []; params?: {} }
    'accounts.settings': { paramsTuple?: []; params?: {} }
    'accounts.profile.show': { paramsTuple?: []; params?: {} }
    'accounts.workspace.show': { paramsTuple?: []; params?: {} }
    'accounts.members.index': { paramsTuple?: []; params?: {} }
    'accounts.notices.preferences': { paramsTuple?: []; params?: {} }
    'accounts.notices.index': { paramsTuple?: []; params?: {} }
    'accounts.api_keys.index': { paramsTuple?: []; params?: {} }
    'accounts.audit.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.outbox.attachment': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'index': ParamValue} }
    'api.get.me': { paramsTuple?: []; params?: {} }
    'reports.index': { paramsTuple?: []; params?: {} }
    'reports.weekly.pdf': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.weekly.show': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.copies.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'reports.settings.edit': { paramsTuple?: []; params?: {} }
    'api.get.reports.weekly': { paramsTuple?: []; params?: {} }
    'wallet.show': { paramsTuple?: []; params?: {} }
    'wallet.plans.index': { paramsTuple?: []; params?: {} }
    'api.get.wallet': { paramsTuple?: []; params?: {} }
    'api.get.wallet.transfers': { paramsTuple?: []; params?: {} }
    'llm.models.index': { paramsTuple?: []; params?: {} }
    'api.get.prospects': { paramsTuple?: []; params?: {} }
    'api.get.deals': { paramsTuple?: []; params?: {} }
    'api.get.deals.id': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.pipeline.index': { paramsTuple?: []; params?: {} }
    'crm.pipeline.board': { paramsTuple?: []; params?: {} }
    'crm.pipeline.events': { paramsTuple?: []; params?: {} }
    'crm.tasks.index': { paramsTuple?: []; params?: {} }
    'crm.prospects.index': { paramsTuple?: []; params?: {} }
    'crm.deals.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.create': { paramsTuple?: []; params?: {} }
    'crm.prospects.create': { paramsTuple?: []; params?: {} }
    'crm.prospects.export': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.index': { paramsTuple?: []; params?: {} }
    'crm.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.index': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.events': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.index': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.import': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.get.products': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.script': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.history': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.show': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.edit': { paramsTuple?: []; params?: {} }
  }
  HEAD: {
    'reports.home': { paramsTuple?: []; params?: {} }
    'reports.palette': { paramsTuple?: []; params?: {} }
    'demo.loading': { paramsTuple?: []; params?: {} }
    'shared.ready': { paramsTuple?: []; params?: {} }
    'shared.metrics': { paramsTuple?: []; params?: {} }
    'shared.openapi': { paramsTuple?: []; params?: {} }
    'shared.docs': { paramsTuple?: []; params?: {} }
    'shared.jobs.index': { paramsTuple?: []; params?: {} }
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
    'accounts.google.redirect': { paramsTuple?: []; params?: {} }
    'accounts.google.callback': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.create': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.edit': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.invitations.show': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.workspaces.create': { paramsTuple?: []; params?: {} }
    'accounts.settings': { paramsTuple?: []; params?: {} }
    'accounts.profile.show': { paramsTuple?: []; params?: {} }
    'accounts.workspace.show': { paramsTuple?: []; params?: {} }
    'accounts.members.index': { paramsTuple?: []; params?: {} }
    'accounts.notices.preferences': { paramsTuple?: []; params?: {} }
    'accounts.notices.index': { paramsTuple?: []; params?: {} }
    'accounts.api_keys.index': { paramsTuple?: []; params?: {} }
    'accounts.audit.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.index': { paramsTuple?: []; params?: {} }
    'accounts.outbox.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.outbox.attachment': { paramsTuple: [ParamValue,ParamValue]; params: {'id': ParamValue,'index': ParamValue} }
    'api.get.me': { paramsTuple?: []; params?: {} }
    'reports.index': { paramsTuple?: []; params?: {} }
    'reports.weekly.pdf': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.weekly.show': { paramsTuple: [ParamValue]; params: {'week': ParamValue} }
    'reports.copies.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'reports.settings.edit': { paramsTuple?: []; params?: {} }
    'api.get.reports.weekly': { paramsTuple?: []; params?: {} }
    'wallet.show': { paramsTuple?: []; params?: {} }
    'wallet.plans.index': { paramsTuple?: []; params?: {} }
    'api.get.wallet': { paramsTuple?: []; params?: {} }
    'api.get.wallet.transfers': { paramsTuple?: []; params?: {} }
    'llm.models.index': { paramsTuple?: []; params?: {} }
    'api.get.prospects': { paramsTuple?: []; params?: {} }
    'api.get.deals': { paramsTuple?: []; params?: {} }
    'api.get.deals.id': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.pipeline.index': { paramsTuple?: []; params?: {} }
    'crm.pipeline.board': { paramsTuple?: []; params?: {} }
    'crm.pipeline.events': { paramsTuple?: []; params?: {} }
    'crm.tasks.index': { paramsTuple?: []; params?: {} }
    'crm.prospects.index': { paramsTuple?: []; params?: {} }
    'crm.deals.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.create': { paramsTuple?: []; params?: {} }
    'crm.prospects.create': { paramsTuple?: []; params?: {} }
    'crm.prospects.export': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.index': { paramsTuple?: []; params?: {} }
    'crm.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.index': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.events': { paramsTuple?: []; params?: {} }
    'sales_agent.conversations.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.index': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.import': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.imports.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.imports.rejected': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.show': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.get.products': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.script': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.history': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.show': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.edit': { paramsTuple?: []; params?: {} }
  }
  POST: {
    'demo.load': { paramsTuple?: []; params?: {} }
    'shared.jobs.retry': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared.jobs.dismiss': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'shared.jobs.cancel': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.sign_up.store': { paramsTuple?: []; params?: {} }
    'accounts.session.store': { paramsTuple?: []; params?: {} }
    'accounts.session.destroy': { paramsTuple?: []; params?: {} }
    'accounts.locale.update': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.store': { paramsTuple?: []; params?: {} }
    'accounts.password_reset.update': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.invitations.accept': { paramsTuple: [ParamValue]; params: {'token': ParamValue} }
    'accounts.workspaces.store': { paramsTuple?: []; params?: {} }
    'accounts.workspaces.switch': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.profile.update': { paramsTuple?: []; params?: {} }
    'accounts.profile.password': { paramsTuple?: []; params?: {} }
    'accounts.profile.sessions': { paramsTuple?: []; params?: {} }
    'accounts.members.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.notices.save_preferences': { paramsTuple?: []; params?: {} }
    'accounts.notices.read_all': { paramsTuple?: []; params?: {} }
    'accounts.notices.open': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.workspace.update': { paramsTuple?: []; params?: {} }
    'accounts.members.invite': { paramsTuple?: []; params?: {} }
    'accounts.members.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.invitations.withdraw': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'accounts.api_keys.store': { paramsTuple?: []; params?: {} }
    'accounts.api_keys.destroy': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'reports.settings.update': { paramsTuple?: []; params?: {} }
    'reports.subscription.store': { paramsTuple?: []; params?: {} }
    'reports.subscription.destroy': { paramsTuple?: []; params?: {} }
    'wallet.tip.ignore': { paramsTuple?: []; params?: {} }
    'wallet.plans.store': { paramsTuple?: []; params?: {} }
    'wallet.orders.store': { paramsTuple?: []; params?: {} }
    'wallet.orders.confirm': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'wallet.orders.cancel': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'llm.models.test': { paramsTuple?: []; params?: {} }
    'api.post.assistant.requests': { paramsTuple?: []; params?: {} }
    'api.post.prospects': { paramsTuple?: []; params?: {} }
    'api.post.prospects.import': { paramsTuple?: []; params?: {} }
    'api.post.deals': { paramsTuple?: []; params?: {} }
    'api.post.deals.id.stage': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.store': { paramsTuple?: []; params?: {} }
    'crm.deals.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.move': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.win': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.lose': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.reopen': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.deals.task': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.store': { paramsTuple?: []; params?: {} }
    'crm.prospects.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.note': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.task': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.tasks.store': { paramsTuple?: []; params?: {} }
    'crm.tasks.toggle': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.prospects.erase': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.store': { paramsTuple?: []; params?: {} }
    'crm.imports.run': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'crm.imports.undo': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.post.conversations': { paramsTuple?: []; params?: {} }
    'api.post.conversations.id.messages': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.reply': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.conversations.status': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'sales_agent.catalog.import.store': { paramsTuple?: []; params?: {} }
    'sales_agent.catalog.update': { paramsTuple: [ParamValue]; params: {'id': ParamValue} }
    'api.post.products': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.session': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.send': { paramsTuple?: []; params?: {} }
    'sales_agent.widget.contact': { paramsTuple?: []; params?: {} }
    'sales_agent.agent.update': { paramsTuple?: []; params?: {} }
  }
  OPTIONS: {
    'sales_agent.widget.preflight': { paramsTuple: [...ParamValue[]]; params: {'*': ParamValue[]} }
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}