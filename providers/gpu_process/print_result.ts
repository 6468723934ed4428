import type { Orders, Task } from '#gpu/protocol'
import { GpuFailure } from '#shared/gpu/gpu'
import { runOnTerminal } from './terminal.js'

/**
 * Runs an order of a command and prints its result as JSON on standard output, or what is wrong
 * on standard error. Answers with the exit code.
 */
export async function printResult<T extends Task>(
  task: T,
  order: Orders[T]['order']
): Promise<number> {
  try {
    console.log(JSON.stringify(await runOnTerminal(task, order)))
    return 0
  } catch (error) {
    if (!(error instanceof GpuFailure)) throw error
    console.error(error.message)
    return error.cancelled ? 130 : 1
  }
}
