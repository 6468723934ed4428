import '@adonisjs/core/types/http'

type ParamValue = string | number | bigint | boolean

export type ScannedRoutes = {
  ALL: {
    'shared.live': { paramsTuple?: []; params?: {} }
  }
  GET: {
    'shared.live': { paramsTuple?: []; params?: {} }
  }
  HEAD: {
    'shared.live': { paramsTuple?: []; params?: {} }
  }
}
declare module '@adonisjs/core/types/http' {
  export interface RoutesList extends ScannedRoutes {}
}