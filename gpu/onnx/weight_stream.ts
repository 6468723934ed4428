import { CHUNK_BYTES } from './limits.js'
import {
  addToRanges,
  quantizeValues,
  startRanges,
  type ErrorSums,
  type Ranges,
} from './quantize_values.js'
import type { Scales } from './quantize_values.js'
import type { TensorValues } from './tensor_values.js'
import type { WeightJob } from './weight_job.js'

/** Called after every piece with the bytes of original weights that it covered; may throw to stop. */
export type Tick = (bytes: number) => void

export async function scanRanges(
  job: WeightJob,
  values: TensorValues,
  tick: Tick
): Promise<Ranges> {
  const ranges = startRanges(job.layout.channels)
  const width = job.tensor.bytes / job.tensor.elements
  let start = 0
  for await (const piece of values.floats(job.tensor)) {
    addToRanges(ranges, job.layout, piece, start)
    start += piece.length
    tick(piece.length * width)
  }
  return ranges
}

/**
 * The 8-bit values of a weight in pieces, each valid until the next one is asked for. Transposed
 * matrices are held whole, in 8 bits: a quarter of the original.
 */
export async function* quantizedPieces(
  job: WeightJob,
  values: TensorValues,
  scales: Scales,
  sums: ErrorSums,
  tick: Tick
): AsyncGenerator<Uint8Array> {
  const { tensor, transpose, layout } = job
  const width = tensor.bytes / tensor.elements
  const View = job.target.type === 'int8' ? Int8Array : Uint8Array
  const whole = transpose ? new View(tensor.elements) : null
  const room = whole ?? new View(Math.min(tensor.elements, CHUNK_BYTES))
  let start = 0
  for await (const piece of values.floats(tensor)) {
    const out = whole ? whole.subarray(start, start + piece.length) : room.subarray(0, piece.length)
    quantizeValues(piece, start, layout, scales, out, sums)
    start += piece.length
    tick(piece.length * width)
    if (!whole) yield new Uint8Array(out.buffer, out.byteOffset, out.length)
  }
  if (whole && transpose) yield* transposed(new Uint8Array(whole.buffer), transpose)
}

/** Side of the squares in which a matrix is turned, so that both sides stay in the cache. */
const TILE = 64

function* transposed(
  bytes: Uint8Array,
  { batch, rows, columns }: { batch: number; rows: number; columns: number }
): Generator<Uint8Array> {
  const size = rows * columns
  // Some whole rows of the result at a time.
  const band = Math.max(1, Math.min(columns, Math.floor(CHUNK_BYTES / rows)))
  const out = new Uint8Array(band * rows)
  for (let matrix = 0; matrix < batch; matrix++) {
    const source = bytes.subarray(matrix * size, (matrix + 1) * size)
    for (let first = 0; first < columns; first += band) {
      const last = Math.min(columns, first + band)
      for (let left = first; left < last; left += TILE) {
        const right = Math.min(last, left + TILE)
        for (let top = 0; top < rows; top += TILE) {
          const bottom = Math.min(rows, top + TILE)
          for (let column = left; column < right; column++) {
            const to = (column - first) * rows
            for (let row = top; row < bottom; row++) out[to + row] = source[row * columns + column]!
          }
        }
      }
      yield out.subarray(0, (last - first) * rows)
    }
  }
}
