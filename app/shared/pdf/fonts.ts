import { readFileSync } from 'node:fs'
import app from '@adonisjs/core/services/app'
import { create, type ParsedFont } from 'fontkit'

/** Font files of the reports; their licence is beside them. */
const FILES = { regular: 'inter_regular.ttf', semibold: 'inter_semibold.ttf' } as const

export type FontName = keyof typeof FILES

let parsed: Record<FontName, ParsedFont> | null = null

/**
 * The fonts, parsed once per process: reading their tables anew for each document takes longer
 * than all the rest of a report. A document takes its own subset and never changes the font.
 */
export function reportFonts(): Record<FontName, ParsedFont> {
  parsed ??= { regular: parse(FILES.regular), semibold: parse(FILES.semibold) }
  return parsed
}

function parse(file: string): ParsedFont {
  return create(readFileSync(app.makePath('resources/fonts', file)))
}
