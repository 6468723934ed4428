import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { applicationEnv, applicationNode, ROOT, run } from '../lib/install.mjs'

const BOOT_SECONDS = 90

/** A box with the demo workspace on a storage folder of its own, served until `close`. */
export async function openDemoBox() {
  // Inside the project: its database may run under an account that cannot see private folders.
  const storage = join(ROOT, 'storage', 'screenshots')
  rmSync(storage, { recursive: true, force: true })
  mkdirSync(storage, { recursive: true })
  const port = await freePort()
  const env = applicationEnv({
    ...{ STORAGE_PATH: storage, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'error' },
    ...{ NODE_ENV: 'production', APP_URL: `http://127.0.0.1:${port}` },
  })
  const password = randomBytes(12).toString('base64url')
  const ace = (...args) => runAce(args, env)

  await ace('migration:run', '--force')
  console.log('Loading the demo workspace…')
  const demo = await ace('demo:load', '--email=demo@example.com', `--password=${password}`)
  await ace(
    ...['account:create', '--email=lea@example.com', `--password=${password}`],
    '--workspace=Ma boutique'
  )

  const server = spawn(applicationNode(), ['--import=@poppinss/ts-exec', 'bin/server.ts'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const address = `http://127.0.0.1:${port}`
  await answers(`${address}/health/live`)

  return {
    address,
    ace,
    storage,
    workspaceId: demo.workspaceId,
    demo: { name: 'demo', email: 'demo@example.com', password },
    newcomer: { name: 'newcomer', email: 'lea@example.com', password },
    async close() {
      const gone = new Promise((done) => server.once('exit', done))
      server.kill('SIGTERM')
      await gone
      rmSync(storage, { recursive: true, force: true })
    },
  }
}

/** Runs an ace command and reads the JSON line that it prints last, if any. */
async function runAce(args, env) {
  const { code, output } = await run(applicationNode(), ['ace.js', ...args], { env, capture: true })
  if (code !== 0) throw new Error(`ace ${args[0]} failed:\n${output.slice(-2000)}`)
  const line = output.split('\n').findLast((each) => each.startsWith('{'))
  return line ? JSON.parse(line) : {}
}

async function answers(url) {
  const until = Date.now() + BOOT_SECONDS * 1000
  while (Date.now() < until) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false
      )
    )
      return
    await new Promise((done) => setTimeout(done, 250))
  }
  throw new Error(`The box did not answer within ${BOOT_SECONDS} s`)
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => done(port))
    })
  })
}
