/**
 * How far an interrupted attempt got: one line per finished tensor, in a file of the order's
 * checkpoint folder. A line counts only when it is whole, and only after its bytes were on disk.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TensorOutcome } from '../protocol.js'

const FILE = 'gguf.jsonl'
const VERSION = 1

interface FirstLine {
  version: number
  /** Hash of the source and everything that decides about the output's bytes. */
  fingerprint: string
  /** The file under way. */
  partial: string
}

export interface FinishedTensor {
  outcome: TensorOutcome
  /** CRC-32 of its bytes in the file, padding included. */
  crc32: number
}

export class Checkpoint {
  private handle: FileHandle | null = null

  private constructor(
    private readonly folder: string,
    private readonly first: FirstLine,
    /** Those of the interrupted attempt, in file order. */
    readonly finished: readonly FinishedTensor[],
    /** The file of another order that was here, left behind by a killed process. */
    readonly stale: string | null
  ) {}

  /** Reads what is there. One of another source, order or version counts as none. */
  static async open(folder: string, fingerprint: string, partial: string): Promise<Checkpoint> {
    await mkdir(folder, { recursive: true })
    const journal = await readFile(join(folder, FILE), 'utf8').catch(() => '')
    // What follows the last line end was cut off when the process was killed.
    const parsed = journal.split('\n').slice(0, -1).map(parse)
    const end = parsed.indexOf(null)
    const [old, ...finished] = (end < 0 ? parsed : parsed.slice(0, end)) as unknown[]
    const first = { version: VERSION, fingerprint, partial }
    const sameOrder = isFirstLine(old) && JSON.stringify(old) === JSON.stringify(first)
    if (sameOrder) return new Checkpoint(folder, first, finished as FinishedTensor[], null)
    const stale = isFirstLine(old) && old.partial !== partial ? old.partial : null
    return new Checkpoint(folder, first, [], stale)
  }

  /** Starts a journal that holds the first `kept` tensors of the old one. */
  async start(kept: number): Promise<void> {
    this.handle = await open(join(this.folder, FILE), 'w')
    const lines = [this.first, ...this.finished.slice(0, kept)].map((line) => JSON.stringify(line))
    await this.handle.write(lines.join('\n') + '\n')
    await this.handle.datasync()
  }

  /** Call it when the tensor's bytes have been synced. */
  async add(tensors: readonly FinishedTensor[]): Promise<void> {
    await this.handle?.write(tensors.map((tensor) => JSON.stringify(tensor) + '\n').join(''))
    await this.handle?.datasync()
  }

  async close(): Promise<void> {
    await this.handle?.close()
    this.handle = null
  }

  /** After success, or when the attempt must not be taken up again. */
  async remove(): Promise<void> {
    await this.close()
    await rm(join(this.folder, FILE), { force: true })
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

function isFirstLine(value: unknown): value is FirstLine {
  const line = value as Partial<FirstLine> | null | undefined
  return line?.version === VERSION && typeof line.partial === 'string'
}

/** A hash of anything that can be written as JSON. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
