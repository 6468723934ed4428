import { BaseCommand, args } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** For the operator of the box: says that an order is paid. Prints `{"orderId","workspaceId"}`. */
export default class OrderConfirm extends BaseCommand {
  static override commandName = 'order:confirm'
  static override description = 'Confirm that an order is paid; what it bought is active at once'
  static override options: CommandOptions = { startApp: true }

  @args.string({ description: 'Id of the order' })
  declare id: string

  override async run() {
    const { decideBoxOrder } = await import('#wallet')
    const decided = UUID.test(this.id)
      ? await decideBoxOrder({ orderId: this.id, userId: null, decision: 'paid' })
      : ({ ok: false, reason: 'not_found' } as const)
    if (decided.ok) {
      console.log(JSON.stringify({ orderId: this.id, workspaceId: decided.workspaceId }))
      return
    }
    this.exitCode = 1
    console.error(
      decided.reason === 'not_found'
        ? `There is no order ${this.id}`
        : `The order ${this.id} was cancelled before; nothing changed`
    )
  }
}
