declare module 'fontkit' {
  /** A parsed font; pdfkit lays text out with it and embeds the part that was used. */
  export interface ParsedFont {
    hasGlyphForCodePoint(codePoint: number): boolean
  }

  export function create(file: Uint8Array): ParsedFont
}
