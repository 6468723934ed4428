import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'

/** Parts in the order in which they need each other; see resources/widget. */
const PARTS = ['texts', 'styles', 'dom', 'transport', 'messages', 'panel', 'main']

interface Script {
  text: string
  etag: string
}

let kept: Promise<Script> | null = null

/** The widget's parts as one script; read anew on each request in development. */
export function widgetScript(): Promise<Script> {
  if (app.inDev) return build()
  kept ??= build()
  return kept
}

async function build(): Promise<Script> {
  const parts = await Promise.all(
    PARTS.map((name) => readFile(app.makePath('resources/widget', `${name}.js`), 'utf8'))
  )
  const text = `(() => {\n'use strict'\n${parts.map(withoutComments).join('\n')}\n})()\n`
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  return { text, etag }
}

/** Comments stand on lines of their own in these files; they need not travel. */
function withoutComments(source: string): string {
  return source
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '')
}
