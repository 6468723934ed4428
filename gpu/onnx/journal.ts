import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ranges } from './quantize_values.js'

/** What an interrupted attempt had finished, as lines of JSON in the checkpoint's folder. */
type Line =
  | { kind: 'ranges'; key: string; below: string; above: string }
  | { kind: 'written'; file: string; bytes: number; part: number }
  | { kind: 'error'; tensor: string; error: number }

export interface Written {
  bytes: number
  /** Parts of the file that are whole. */
  part: number
}

/**
 * Lets a killed attempt go on where it was. Nothing is believed of another model or other options:
 * the first line is the fingerprint of both.
 */
export class Journal {
  readonly ranges = new Map<string, Ranges>()
  readonly written = new Map<string, Written>()
  readonly errors = new Map<string, number>()
  readonly #path: string

  constructor(
    readonly folder: string,
    fingerprint: string
  ) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, 'int8.journal')
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : []
    if (lines[0] === fingerprint) this.#read(lines.slice(1))
    else writeFileSync(this.#path, `${fingerprint}\n`)
  }

  addRanges(key: string, ranges: Ranges): void {
    this.ranges.set(key, ranges)
    const [below, above] = [encode(ranges.below), encode(ranges.above)]
    this.#append({ kind: 'ranges', key, below, above })
  }

  addError(tensor: string, error: number): void {
    this.errors.set(tensor, error)
    this.#append({ kind: 'error', tensor, error })
  }

  addWritten(file: string, { bytes, part }: Written): void {
    this.written.set(file, { bytes, part })
    this.#append({ kind: 'written', file, bytes, part })
  }

  remove(): void {
    rmSync(this.#path, { force: true })
  }

  #append(line: Line): void {
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
  }

  /** A last line that was cut off by the end of the process is no line. */
  #read(lines: string[]): void {
    for (const text of lines) {
      let line: Line
      try {
        line = JSON.parse(text) as Line
      } catch {
        continue
      }
      if (line.kind === 'ranges') {
        const { key, below, above } = line
        this.ranges.set(key, { below: decode(below), above: decode(above) })
      } else if (line.kind === 'error') this.errors.set(line.tensor, line.error)
      else this.written.set(line.file, { bytes: line.bytes, part: line.part })
    }
  }
}

function encode(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

function decode(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  const values = new Float32Array(bytes.length / 4)
  Buffer.from(values.buffer).set(bytes)
  return values
}
