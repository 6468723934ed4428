/**
 * The importance matrix: how large the inputs of every weight's columns are on a text. Rounding
 * then errs where it matters least. Made from the model itself in half precision, once per job.
 */
import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrate, LAYER_WEIGHTS, type WeightStatistics } from '../calibration/calibrate.js'
import { ggmlTypes } from '../llama/ggml_types.js'
import type { GgufOptions, Note, QuantizeOrder, QuantizeResult } from '../protocol.js'
import type { TaskContext } from '../shared/task.js'
import { fingerprintOf } from './checkpoint.js'
import { type ConversionInput, layOut } from './conversion_input.js'
import type { Importance } from './convert_tensors.js'
import { type FileTypeName, fileType } from './file_types.js'
import { loadImportance, saveImportance } from './saved_importance.js'
import { writeGguf } from './write_gguf.js'

export interface ImportanceMatrix {
  weights: Importance
  calibration: NonNullable<QuantizeResult['calibration']>
  notes: Note[]
}

/** Types whose rounding takes no notice of an importance. */
const WITHOUT_GAIN = new Set(['Q8_0', 'MXFP4', 'TQ1_0', 'TQ2_0'])

/** `auto` makes one when a text is there and the type gains, and always when the type needs it. */
export function wantsImportance(
  input: ConversionInput,
  type: FileTypeName,
  order: QuantizeOrder
): boolean {
  const { importanceMatrix = 'auto', overrides } = order.options as GgufOptions
  const { base } = fileType(type)
  if (importanceMatrix === 'never') return false
  const needed = layOut(input, { fileType: type, overrides }).tensors.some(
    ({ chosen }) => chosen.needsImportance
  )
  if (needed) return true
  const gains = ggmlTypes[base].quantized && !WITHOUT_GAIN.has(base)
  return gains && (importanceMatrix === 'always' || order.calibrationText !== undefined)
}

/**
 * @param gguf a file of the model in half precision or better, when there is one already
 * @throws ModelError, see `calibrate` and `writeGguf`
 */
export async function makeImportance(
  input: ConversionInput,
  order: QuantizeOrder,
  gguf: string | null,
  context: TaskContext
): Promise<ImportanceMatrix> {
  const { samples, seqLen } = order.options as GgufOptions
  await mkdir(order.checkpoint, { recursive: true })
  const file = join(order.checkpoint, 'importance.bin')
  const key = fingerprintOf([input.identity, order.calibrationText ?? null, samples, seqLen])
  const saved = await loadImportance(file, key)
  if (saved) return saved
  const scratch = join(order.checkpoint, 'calibration.gguf')
  try {
    const model = gguf ?? (await writeHalfPrecision(input, scratch, order.checkpoint, context))
    const result = await calibrate(
      {
        gguf: model,
        wants: [{ pattern: LAYER_WEIGHTS, statistics: ['squares'] }],
        text: order.calibrationText,
        samples,
        seqLen,
      },
      context
    )
    const matrix: ImportanceMatrix = {
      weights: new Map([...result.weights].map(([name, weight]) => [name, meanSquares(weight)])),
      calibration: { ...result.text, samples: result.samples, tokens: result.tokens },
      notes: result.notes,
    }
    await saveImportance(file, key, matrix)
    return matrix
  } finally {
    await rm(scratch, { force: true })
  }
}

/** After success, or when nobody comes back for it. */
export function forgetImportance(checkpoint: string): Promise<void> {
  return rm(join(checkpoint, 'importance.bin'), { force: true })
}

async function writeHalfPrecision(
  input: ConversionInput,
  out: string,
  checkpoint: string,
  context: TaskContext
): Promise<string> {
  const isBf16 = [...input.source.tensors.values()].some(({ dtype }) => dtype === 'BF16')
  const folder = join(checkpoint, createHash('sha256').update(out).digest('hex').slice(0, 8))
  await writeGguf(
    input,
    { fileType: isBf16 ? 'BF16' : 'F16', out, checkpoint: folder, stage: 'preparing' },
    context
  )
  await rm(folder, { recursive: true, force: true })
  return out
}

/** Columns that no text touches still get a little, so that no block is without weight. */
const LEAST_SHARE = 1e-6

/** Σx² over the rows seen; an expert that was never asked counts all columns alike. */
function meanSquares({ squares, columns, matrices, rows }: WeightStatistics): Float32Array {
  const out = new Float32Array(matrices * columns).fill(1)
  for (let matrix = 0; matrix < matrices; matrix++) {
    const count = rows[matrix] ?? 0
    const sums = squares?.subarray(matrix * columns, (matrix + 1) * columns)
    const total = sums?.reduce((a, b) => a + b, 0) ?? 0
    if (!sums || count === 0 || total === 0) continue
    const least = (total / columns) * LEAST_SHARE
    out.set(
      sums.map((sum) => Math.max(sum, least) / count),
      matrix * columns
    )
  }
  return out
}
