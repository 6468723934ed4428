/**
 * What llama.cpp says while it works. It reports errors only in words, so the lines around a
 * failed call become the explanation for people.
 */
import koffi from 'koffi'
import type { Functions } from './functions.js'
import { LOG_CALLBACK } from './layouts.js'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export interface LogLine {
  level: LogLevel
  text: string
}

const LEVELS: Record<number, LogLevel> = { 1: 'debug', 2: 'info', 3: 'warn', 4: 'error' }
/** The text goes on from the line before. */
const CONTINUED = 5
/** Enough for every message of one failed load. */
const KEPT_LINES = 200

const listeners = new Set<(line: LogLine) => void>()
let installed = false
let last: LogLine = { level: 'info', text: '' }

/** Once per process, in the main thread: the callback must outlive every thread of the library. */
export function installLog(native: Functions): void {
  if (installed) return
  installed = true
  const callback = koffi.register((level: number, text: string) => {
    if (level === CONTINUED) last.text += text
    else last = { level: LEVELS[level] ?? 'info', text }
    const line = { level: last.level, text: text.trimEnd() }
    for (const listener of listeners) listener(line)
  }, koffi.pointer(LOG_CALLBACK))
  native.llama_log_set(callback, null)
}

export interface LogCapture {
  /** Lines from warnings up, oldest first. */
  readonly problems: readonly LogLine[]
  stop(): void
}

/** Listens until stopped; keeps warnings and errors, hands every line to `onLine`. */
export function captureLog(onLine?: (line: LogLine) => void): LogCapture {
  const problems: LogLine[] = []
  const listener = (line: LogLine) => {
    onLine?.(line)
    if (line.level !== 'warn' && line.level !== 'error') return
    problems.push(line)
    if (problems.length > KEPT_LINES) problems.shift()
  }
  listeners.add(listener)
  return { problems, stop: () => void listeners.delete(listener) }
}
