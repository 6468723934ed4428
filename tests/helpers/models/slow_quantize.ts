/**
 * A process that works on one order, with a pause after every tensor long enough that it is
 * written down: to be killed in the middle. Its argument is the order as JSON.
 */
import { quantizeGguf } from '#gpu/gguf/quantize_gguf'
import type { QuantizeOrder } from '#gpu/protocol'
import { silentContext } from '#gpu/shared/task'

const PAUSE_MS = 300
const pause = new Int32Array(new SharedArrayBuffer(4))

await quantizeGguf(JSON.parse(process.argv[2]!) as QuantizeOrder, {
  ...silentContext(),
  report: () => void Atomics.wait(pause, 0, 0, PAUSE_MS),
})
