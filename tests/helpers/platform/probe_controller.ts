import db from '@adonisjs/lucid/services/db'
import type { HttpContext } from '@adonisjs/core/http'
import { setTimeout as sleep } from 'node:timers/promises'
import { probeBody } from '#tests/helpers/platform/probe_validators'

/** Operations that fail and write in every way that the guards of the API must handle. */
export default class ProbeController {
  static calls = 0

  async create({ request, response }: HttpContext) {
    const body = await request.validateUsing(probeBody)
    ProbeController.calls += 1
    if (body.delayMs) await sleep(body.delayMs)
    return response.status(201).json({ name: body.name, call: ProbeController.calls })
  }

  async sql({ request, workspace }: HttpContext) {
    const { sql, value } = request.only(['sql', 'value'])
    await db.rawQuery(sql, value === undefined ? [] : [value])
    return { workspaceId: workspace.id }
  }

  async show({ params }: HttpContext) {
    const { rows } = await db.rawQuery('select id from workspaces where id = ?', [params.id])
    return { found: rows.length }
  }

  fail() {
    throw new Error('secret connection string')
  }
}
