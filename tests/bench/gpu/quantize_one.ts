import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quantizeOnnx } from '#gpu/onnx/quantize_onnx'
import { silentContext } from '#gpu/shared/task'

/** Quantizes one model in a process of its own and prints its time and peak memory. */
const [source = '', out = ''] = process.argv.slice(2)
const checkpoint = mkdtempSync(join(tmpdir(), 'comptoir-bench-'))
const started = performance.now()
await quantizeOnnx({ source, method: 'int8', options: {}, out, checkpoint }, silentContext())
const seconds = (performance.now() - started) / 1000
rmSync(checkpoint, { recursive: true, force: true })
// Kilobytes on every platform.
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(`${JSON.stringify({ seconds, peakMemoryBytes })}\n`)
