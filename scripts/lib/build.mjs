/*
 * Compiles the application into build/ when its sources have changed since the last time.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { applicationNode, fail, ROOT, run } from './install.mjs'

const SOURCES = [
  'adonisrc.ts',
  'app',
  'bin',
  'commands',
  'config',
  'database',
  'gpu',
  'package-lock.json',
  'package.json',
  'providers',
  'public',
  'resources',
  'start',
  'tsconfig.json',
  'vite.config.ts',
]
const STAMP = join(ROOT, 'build', '.fingerprint')

/** Names, sizes and times of all sources: cheap to read, and any edit changes it. */
function fingerprint() {
  const hash = createHash('sha256')
  const visit = (path) => {
    if (!existsSync(path) || path === join(ROOT, 'public', 'assets')) return
    const info = statSync(path)
    if (info.isDirectory()) {
      for (const entry of readdirSync(path).sort()) visit(join(path, entry))
      return
    }
    hash.update(`${relative(ROOT, path)}:${info.size}:${info.mtimeMs}\n`)
  }
  for (const source of SOURCES) visit(join(ROOT, source))
  return hash.digest('hex')
}

export async function buildApplication() {
  const current = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === current) return

  console.log('Building the application (after an installation or an update)…')
  const { code, output } = await run(applicationNode(), ['ace.js', 'build', '--ignore-ts-errors'], {
    capture: true,
  })
  if (code !== 0) {
    if (/ENOSPC/.test(output)) fail('The disk is full: free at least 200 MB and start again.')
    fail(`The build failed:\n${output.trim().split('\n').slice(-25).join('\n')}`)
  }
  writeFileSync(STAMP, current)
}
