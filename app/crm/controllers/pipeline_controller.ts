import emitter from '@adonisjs/core/services/emitter'
import type { HttpContext } from '@adonisjs/core/http'
import { openEventStream } from '#shared/http/event_stream'
import { readBoard } from '#app/crm/queries/board'

export default class PipelineController {
  async index(ctx: HttpContext) {
    const only = ctx.request.input('only')
    return ctx.view.render('crm/pipeline/index', await boardData(ctx, only))
  }

  /** The board alone, fetched again whenever something has changed. */
  async board(ctx: HttpContext) {
    return ctx.view.render('crm/pipeline/board', await boardData(ctx, ctx.request.input('only')))
  }

  /** Tells the open board about every change; the board then fetches itself. */
  events(ctx: HttpContext) {
    const workspaceId = ctx.workspace.id
    const stream = openEventStream(ctx)
    const off = emitter.on('deal:changed', (event) => {
      if (event.workspaceId !== workspaceId) return
      stream.send({ dealId: event.dealId, kind: event.kind }, 'deal')
    })
    stream.onClose(off)
    stream.send({}, 'ready')
  }
}

export async function boardData({ workspace }: Pick<HttpContext, 'workspace'>, only?: unknown) {
  const key = typeof only === 'string' && /^[a-z_]{1,40}$/.test(only) ? only : undefined
  const columns = await readBoard(workspace.id, key)
  return { columns, only: key, currency: workspace.currency }
}
