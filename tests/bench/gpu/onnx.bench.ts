import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeSync, openSync, closeSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { evaluateGraph } from '#gpu/evaluation/graph/evaluate_graph'
import { silentContext } from '#gpu/shared/task'
import type { BenchRow } from '#tests/bench/table'
import { external, node, noise, rawModel, type RawTensor } from '#tests/helpers/models/onnx_builder'

/** A Python with onnx and onnxruntime; without it the peer's rows are left out. */
const PYTHON = process.env.ONNXRUNTIME_PYTHON

const LAYERS = 8
const HIDDEN = 1024
const INNER = 4096

const execute = promisify(execFile)

interface Measured {
  seconds: number
  peakMemoryBytes: number
}

/**
 * Dynamic INT8 of a model of 400 MB (MatMul layers of a transformer's shape) by this engine and,
 * when there is a Python for it, by `quantize_dynamic`, each in a process of its own.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'comptoir-bench-'))
  try {
    const source = writeModel(folder)
    const [ours, theirs] = [join(folder, 'ours.onnx'), join(folder, 'theirs.onnx')]
    const script = new URL('quantize_one.ts', import.meta.url).pathname
    const mine = await measure(process.execPath, [...process.execArgv, script, source, ours])
    const rows: BenchRow[] = [
      { name: 'INT8 of 400 MB, time', value: mine.seconds, unit: 's' },
      { name: 'INT8 of 400 MB, peak memory', value: mine.peakMemoryBytes / 1e6, unit: 'MB' },
      { name: 'INT8 of 400 MB, size', value: statSync(ours).size / 1e6, unit: 'MB' },
      { name: 'cosine of the output', value: await cosine(source, ours), unit: '' },
    ]
    if (!PYTHON) return rows
    const peer = await measure(PYTHON, ['-c', PEER, source, theirs])
    const size = statSync(theirs).size / 1e6
    return [
      { ...rows[0]!, target: `≤ ${(peer.seconds / 3).toFixed(2)}` },
      { ...rows[1]!, target: `≤ ${(peer.peakMemoryBytes / 2e6).toFixed(0)}` },
      { ...rows[2]!, target: `≤ ${size.toFixed(2)}` },
      rows[3]!,
      { name: 'quantize_dynamic, time', value: peer.seconds, unit: 's' },
      { name: 'quantize_dynamic, peak memory', value: peer.peakMemoryBytes / 1e6, unit: 'MB' },
      { name: 'quantize_dynamic, size', value: size, unit: 'MB' },
      { name: 'quantize_dynamic, cosine', value: await cosine(source, theirs), unit: '' },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Prints one line of JSON with seconds and peak memory, as `quantize_one.ts` does. */
const PEER = `
import sys, time, json, resource, logging
logging.disable(logging.CRITICAL)
from onnxruntime.quantization import quantize_dynamic
started = time.time()
quantize_dynamic(sys.argv[1], sys.argv[2])
print(json.dumps({"seconds": time.time() - started,
  "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
`

async function measure(program: string, args: string[]): Promise<Measured> {
  const { stdout } = await execute(program, args)
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Measured
}

async function cosine(before: string, after: string): Promise<number> {
  const { outputs } = await evaluateGraph({ before, after, limit: 2 }, silentContext())
  return Math.min(...outputs.map((output) => output.cosine))
}

/** The weights are one stretch of numbers that every layer begins elsewhere. */
function writeModel(folder: string): string {
  const data = openSync(join(folder, 'weights.bin'), 'w')
  const values = noise(INNER * HIDDEN)
  for (let i = 0; i < values.length; i++) values[i]! *= 0.05
  const bytes = Buffer.from(values.buffer)
  let offset = 0
  const tensor = (name: string, dims: [number, number]): RawTensor => {
    const length = dims[0] * dims[1] * 4
    writeSync(data, bytes, 0, length)
    offset += length
    const entries = { offset: String(offset - length), length: String(length) }
    return external(name, dims, { location: 'weights.bin', ...entries })
  }
  const initializers: RawTensor[] = []
  const nodes: Buffer[] = []
  let x = 'x'
  for (let layer = 0; layer < LAYERS; layer++) {
    const step = (op: string, dims: [number, number]) => {
      const name = `l${layer}_${op}`
      initializers.push(tensor(`${name}_w`, dims))
      nodes.push(node('MatMul', [x, `${name}_w`], [name]))
      return name
    }
    const skip = x
    for (const op of ['q', 'k', 'v', 'o']) x = step(op, [HIDDEN, HIDDEN])
    x = step('up', [HIDDEN, INNER])
    nodes.push(node('Relu', [x], [`l${layer}_relu`]))
    x = `l${layer}_relu`
    x = step('down', [INNER, HIDDEN])
    nodes.push(node('Add', [x, skip], [`l${layer}_out`]))
    x = `l${layer}_out`
  }
  closeSync(data)
  const model = rawModel({
    nodes,
    initializers,
    inputs: [['x', 1, ['batch', 'sequence', HIDDEN]]],
    outputs: [[x, 1]],
  })
  const path = join(folder, 'model.onnx')
  const file = openSync(path, 'w')
  writeSync(file, model)
  closeSync(file)
  return path
}
