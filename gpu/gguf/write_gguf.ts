/** One GGUF file from a prepared model, resumable, visible only when it is whole. */
import { createHash } from 'node:crypto'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { TensorOutcome, WrittenFile } from '../protocol.js'
import { ModelError } from '../shared/errors.js'
import type { TaskContext } from '../shared/task.js'
import { Checkpoint, fingerprintOf, type FinishedTensor } from './checkpoint.js'
import {
  type ConversionInput,
  type LaidOutTensor,
  type Layout,
  layOut,
  type TypeOptions,
} from './conversion_input.js'
import { convertTensors, type Importance, type Sink, sourceBytesOf } from './convert_tensors.js'
import { padded } from './encode_header.js'
import { PartialFile } from './partial_file.js'
import { ProgressMeter } from './progress_meter.js'

export interface WriteRequest extends TypeOptions {
  out: string
  /** Folder that remembers what was finished. */
  checkpoint: string
  importance?: Importance
  /** Name of the stage in progress messages. */
  stage?: string
}

export interface Written {
  file: WrittenFile
  tensors: TensorOutcome[]
  resumedTensors: number
  peakMemoryBytes: number
}

/**
 * @throws ModelError `E_DISK_FULL` (before anything is written), `E_IMPORTANCE_MATRIX_NEEDED`,
 *   `E_WEIGHTS_NOT_FINITE`, `E_WEIGHTS_TOO_LARGE`, `E_OPTION_INVALID`; the signal's reason
 */
export async function writeGguf(
  input: ConversionInput,
  request: WriteRequest,
  context: TaskContext
): Promise<Written> {
  const layout = layOut(input, { ...request, hasImportanceMatrix: !!request.importance })
  checkImportance(layout.tensors, request.importance)
  await mkdir(dirname(request.out), { recursive: true })
  const path = partialPath(request.out)
  const fingerprint = fingerprintOf(identityOf(input, layout, request.importance))
  const checkpoint = await Checkpoint.open(request.checkpoint, fingerprint, path)
  if (checkpoint.stale) await removeStale(checkpoint.stale)
  await checkSpace(layout, request.out, checkpoint.finished)
  const file = await PartialFile.open(path)
  try {
    const result = await fill(file, input, layout, checkpoint, request, context)
    const sha256 = await file.finish(request.out)
    await checkpoint.remove()
    const written = { name: basename(request.out), bytes: layout.header.fileBytes, sha256 }
    return { ...result, file: written }
  } catch (error) {
    // Only a killed process leaves its work for the next attempt: what failed would fail again,
    // what was cancelled is not wanted, and a full disk needs the room at once.
    await file.remove()
    await checkpoint.remove()
    throw error
  }
}

async function fill(
  file: PartialFile,
  input: ConversionInput,
  { header, tensors }: Layout,
  checkpoint: Checkpoint,
  request: WriteRequest,
  { report, signal }: TaskContext
): Promise<Omit<Written, 'file'>> {
  await file.write(header.bytes)
  const kept = await takeOver(file, tensors, checkpoint.finished, signal)
  file.checksum()
  await file.truncate()
  await checkpoint.start(kept.length)
  const rest = tensors.slice(kept.length)
  const total = sum(tensors.map(sourceBytesOf))
  const meter = new ProgressMeter(
    request.stage ?? 'quantizing',
    total,
    total - sum(rest.map(sourceBytesOf)),
    report
  )
  const journal = new Journal(file, checkpoint)
  const outcomes = kept.map(({ outcome }) => outcome)
  const sink: Sink = {
    write: (bytes) => file.write(bytes),
    async finished(outcome) {
      outcomes.push(outcome)
      await journal.add({ outcome, crc32: file.checksum() })
    },
    progress: (bytes, item) => meter.add(bytes, item),
  }
  await convertTensors(input.source, rest, request.importance, sink, signal)
  return { tensors: outcomes, resumedTensors: kept.length, peakMemoryBytes: meter.peakMemoryBytes }
}

/** Tensors of an interrupted attempt whose bytes are still what they were. */
async function takeOver(
  file: PartialFile,
  tensors: readonly LaidOutTensor[],
  finished: readonly FinishedTensor[],
  signal: AbortSignal
): Promise<FinishedTensor[]> {
  const kept: FinishedTensor[] = []
  for (const [i, tensor] of finished.entries()) {
    signal.throwIfAborted()
    const expected = tensors[i]
    if (!expected || tensor?.outcome?.name !== expected.target.name) break
    if (!(await file.keep(padded(expected.bytes), tensor.crc32))) break
    kept.push(tensor)
  }
  return kept
}

/** Bytes or seconds of work that may be lost when the power goes. */
const SYNC_BYTES = 64 * 1024 * 1024
const SYNC_MS = 1000

/** Writes down finished tensors once their bytes are on disk, in groups: syncing takes time. */
class Journal {
  private waiting: FinishedTensor[] = []
  private bytes = 0
  private syncedAt = performance.now()

  constructor(
    private readonly file: PartialFile,
    private readonly checkpoint: Checkpoint
  ) {}

  async add(tensor: FinishedTensor): Promise<void> {
    this.waiting.push(tensor)
    this.bytes += tensor.outcome.bytesAfter
    if (this.bytes < SYNC_BYTES && performance.now() - this.syncedAt < SYNC_MS) return
    await this.file.sync()
    await this.checkpoint.add(this.waiting)
    this.waiting = []
    this.bytes = 0
    this.syncedAt = performance.now()
  }
}

/** Hidden, and of one name per target: whoever cleans up can find it. */
export function partialPath(out: string): string {
  return join(dirname(out), `.${basename(out)}.partial`)
}

/** The checkpoint folder may be somebody else's by mistake: only files of our name are deleted. */
async function removeStale(path: string) {
  if (/^\..+\.partial$/.test(basename(path))) await rm(path, { force: true })
}

function identityOf(input: ConversionInput, { header }: Layout, importance?: Importance) {
  const weights = importance && [...importance].map(([name, values]) => [name, hashOf(values)])
  return [input.identity, hashOf(header.bytes), weights ?? null]
}

function hashOf({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
}

function checkImportance(tensors: readonly LaidOutTensor[], importance?: Importance) {
  const lacking = tensors.find(
    ({ target, chosen }) => chosen.needsImportance && !importance?.has(target.name)
  )
  if (!lacking) return
  const { type } = lacking.chosen
  throw new ModelError(
    'E_IMPORTANCE_MATRIX_NEEDED',
    `${type} needs an importance matrix (for “${lacking.target.name}”): give a calibration text, or choose Q4_K_M or Q3_K_M.`,
    { params: { type } }
  )
}

async function checkSpace({ header }: Layout, out: string, finished: readonly FinishedTensor[]) {
  const { bavail, bsize } = await statfs(dirname(out))
  const needed = header.fileBytes - sum(finished.map(({ outcome }) => outcome.bytesAfter))
  const free = bavail * bsize
  if (needed <= free) return
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6)
  throw new ModelError(
    'E_DISK_FULL',
    `The result needs ${megabytes(needed)} MB, but the disk has only ${megabytes(free)} MB left. Free some space and start the job again.`,
    { params: { needed, free }, retryable: true }
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
