/*
 * npm test: sets itself up, then runs types, lint, format, floors and every suite. The last
 * line is a count, `N passed, N failed`, and the exit code follows it.
 *
 * `npm test -- unit` runs one suite, `npm test -- --files=…` one file; both skip the rest.
 */
import { ensureChromium } from './lib/chromium.mjs'
import { applicationNode, checkMachine, installPackages, run } from './lib/install.mjs'

checkMachine()
await installPackages({ withTests: true })

const node = applicationNode()
const only = process.argv.slice(2)
const selected = only.length > 0
const needsBrowser =
  !selected || only.includes('browser') || only.some((a) => a.includes('browser'))
if (needsBrowser) await ensureChromium()

let passed = 0
let failed = 0

async function check(title, command, args) {
  console.log(`\n▸ ${title}`)
  const { code } = await run(command, args)
  code === 0 ? passed++ : failed++
}

if (!selected) {
  // Route names are part of the types.
  await run(node, ['ace.js', 'codegen'], { capture: true })
  await check('types', 'tsc', ['--noEmit'])
  await check('lint', 'eslint', ['.', '--max-warnings=0'])
  await check('format', 'prettier', ['--check', '--log-level=warn', '.'])
  await check('floors', 'depcruise', [
    ...['app', 'gpu', 'providers', 'commands', 'bin', 'start', 'config'],
    ...['--config', '.dependency-cruiser.cjs'],
  ])
}

console.log('\n▸ assets')
const assets = await run('vite', ['build', '--logLevel=warn'])
if (assets.code !== 0) failed++

console.log('\n▸ suites')
const suites = await runSuites()
passed += suites.passed
failed += suites.failed

console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)

/** Runs Japa, lets its output through and reads its closing line. */
async function runSuites() {
  const { spawn } = await import('node:child_process')
  const { applicationEnv, ROOT } = await import('./lib/install.mjs')
  return new Promise((done) => {
    const child = spawn(node, ['ace.js', 'test', '--no-clear', ...only], {
      cwd: ROOT,
      env: applicationEnv({ STORAGE_PATH: process.env.STORAGE_PATH ?? 'storage/test' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let tail = ''
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk)
      tail = (tail + chunk).slice(-4000)
    })
    child.on('close', (code) => {
      const line = tail.replace(/\u001b\[\d+m/g, '').match(/^Tests\s+(.*)\(\d+\)/m)?.[1] ?? ''
      const count = (word) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0)
      const failures = count('failed')
      // Errors outside of tests (a hook, a crash) have no count of their own.
      done({ passed: count('passed'), failed: code === 0 ? failures : Math.max(failures, 1) })
    })
  })
}
