import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.store': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
    'accounts.session.store': { paramsTuple?: []; params?: {} }
    'accounts.session.destroy': { paramsTuple?: []; params?: {} }
    'accounts.locale.update': { paramsTuple?: []; params?: {} }
  }
  GET: {
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
  }
  HEAD: {
    'shared.live': { paramsTuple?: []; params?: {} }
    'shared.manifest': { paramsTuple?: []; params?: {} }
    'shared.offline': { paramsTuple?: []; params?: {} }
    'shared.components': { paramsTuple?: []; params?: {} }
    'accounts.sign_up.create': { paramsTuple?: []; params?: {} }
    'accounts.session.create': { paramsTuple?: []; params?: {} }
  }
  POST: {
    'accounts.sign_up.store': { paramsTuple?: []; params?: {} }
    'accounts.session.store': { paramsTuple?: []; params?: {} }
    'accounts.session.destroy': { paramsTuple?: []; params?: {} }
    'accounts.locale.update': { paramsTuple?: []; params?: {} }
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}