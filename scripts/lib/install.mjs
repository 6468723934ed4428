/*
 * Installs what the box needs from npm, once per lock file. Runs on Node 20, before anything is
 * installed, so it uses nothing but Node itself.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)))

const MINIMUM_NODE = 20
const APPLICATION_NODE = 24
const STAMP = join(ROOT, 'node_modules', '.installed.json')

/** Says what is wrong and what to do, then ends with exit code 1. */
export function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}

/** Stops with a sentence when this machine cannot run the box at all. */
export function checkMachine() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < MINIMUM_NODE) {
    fail(
      `Comptoir needs Node.js ${MINIMUM_NODE} or later; this is ${process.versions.node}. ` +
        'Install a newer one from https://nodejs.org and start again.'
    )
  }
  try {
    accessSync(ROOT, constants.W_OK)
  } catch {
    fail(
      `Comptoir cannot write in ${ROOT}. ` +
        'Start it as the owner of this folder, or move the folder where you may write.'
    )
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
}

/** Runs `npm ci` unless node_modules already matches the lock file. */
export async function installPackages({ withTests }) {
  const hash = lockHash()
  const stamp = existsSync(STAMP) ? JSON.parse(readFileSync(STAMP, 'utf8')) : {}
  if (stamp.hash === hash && (stamp.withTests || !withTests)) return

  console.log('Installing packages (once, about a minute)…')
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  if (!withTests) args.push('--omit=dev')
  // The CUDA part of ONNX Runtime comes from outside npm; the box computes ONNX models on the CPU.
  const env = applicationEnv({ ONNXRUNTIME_NODE_INSTALL: 'skip' })
  const { code, output } = await run('npm', args, { capture: true, env })
  if (code !== 0) {
    rmSync(STAMP, { force: true })
    if (/ENOSPC/.test(output)) {
      fail('The disk is full: free at least 3 GB and run the same command again.')
    }
    if (/EACCES|EPERM/.test(output)) {
      fail(`npm may not write in ${ROOT}/node_modules: make this folder yours and start again.`)
    }
    if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(output)) {
      fail('npm could not reach its registry: check the network and run the same command again.')
    }
    fail(`The installation failed:\n${output.trim().split('\n').slice(-15).join('\n')}`)
  }
  writeFileSync(STAMP, JSON.stringify({ hash, withTests }))
}

/** The Node.js that runs the application: the one npm installed, or this one when it is enough. */
export function applicationNode() {
  const local = join(ROOT, 'node_modules', 'node', 'bin', 'node')
  if (existsSync(local)) return local
  if (Number(process.versions.node.split('.')[0]) >= APPLICATION_NODE) return process.execPath
  return fail(
    `Node.js ${APPLICATION_NODE} was not installed by npm. Delete node_modules and start again; ` +
      'if npm runs with --ignore-scripts, turn that off.'
  )
}

/** Environment in which `node` means the application's own. */
export function applicationEnv(extra = {}) {
  const bin = join(ROOT, 'node_modules', '.bin')
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, ...extra }
}

/** Runs a program to its end. Its output goes through unless `capture` keeps it. */
export function run(command, args, { env = applicationEnv(), capture = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env,
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => done({ code: 127, output: String(error) }))
    child.on('close', (code) => done({ code: code ?? 1, output }))
  })
}
