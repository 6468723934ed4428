import { type ChildProcess, spawn } from 'node:child_process'
import app from '@adonisjs/core/services/app'
import { freePort } from '#tests/helpers/free_port'

/** How long a web process may take to answer on a machine that is busy with other tests. */
const START_TIMEOUT_MS = 40_000

export interface WebProcess {
  url: string
  /** As a power cut would: no signal handler runs. */
  kill(): Promise<void>
  /** As Ctrl-C or a service manager would. */
  stop(): Promise<void>
}

/** A web process of its own on the test database, so that a test can kill it. */
export async function startWebProcess(env: NodeJS.ProcessEnv = {}): Promise<WebProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import=@poppinss/ts-exec', 'bin/server.ts'], {
    cwd: app.makePath(),
    env: {
      ...process.env,
      ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'fatal' },
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child)
  return { url, kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await fetch(`${url}/health/live`).then(
      (response) => response.ok,
      () => false
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill('SIGKILL')
  throw new Error('The web process did not answer')
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
