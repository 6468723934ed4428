import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { explainFailure } from '../providers/box/explain_failure.js'
import { boxRoot } from '../providers/box/paths.js'
import { readSetting } from '../providers/box/read_setting.js'
import {
  type DatabaseLease,
  ensureDatabase,
} from '../providers/embedded_postgres/ensure_database.js'

/** How long the web process may take to finish its requests before it is killed. */
const STOP_TIMEOUT_MS = 15_000
/** How often the embedded server is checked, to start it again after a crash. */
const DATABASE_CHECK_MS = 5_000
/** A web process that lived longer than this crashed by accident: start it again at once. */
const STABLE_AFTER_MS = 30_000
const MAX_RESTART_DELAY_MS = 30_000
/**
 * A young generation of 8 MB instead of Node's default for large machines: the web process rests
 * at two thirds of the memory, for a difference in speed that the bench does not see.
 */
const NODE_OPTIONS = ['--enable-source-maps', '--max-semi-space-size=8']

export interface BoxOptions {
  /** Path of the Node.js that runs the application. */
  node: string
  env: NodeJS.ProcessEnv
  /** `performance.now()` of the moment the start command began. */
  startedAt: number
}

/**
 * Supervisor of the box: owns the embedded database and the web process, starts the latter
 * again when it crashes, and stops both cleanly on Ctrl-C or SIGTERM.
 *
 * It runs on Node 20 too and imports nothing of the application.
 */
export class Box {
  readonly #options: BoxOptions
  readonly #appRoot = new URL('../', import.meta.url)
  #database: DatabaseLease | null = null
  #web: ChildProcess | null = null
  #stopping = false
  #crashes = 0
  #announced = false

  constructor(options: BoxOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => void this.#stop(0))
    }
    process.on('uncaughtException', (error) => this.#giveUp(error))
    process.on('unhandledRejection', (error) => this.#giveUp(error))

    try {
      await this.#checkPort()
      this.#database = await ensureDatabase(this.#appRoot)
    } catch (error) {
      return this.#giveUp(error)
    }
    if (this.#stopping) return
    setInterval(() => this.#keepDatabaseUp(), DATABASE_CHECK_MS).unref()
    this.#startWeb()
  }

  #setting(name: string, fallback: string): string {
    return readSetting(boxRoot(this.#appRoot), name) ?? fallback
  }

  #checkPort(): Promise<void> {
    const port = Number(this.#setting('PORT', '3333'))
    const host = this.#setting('HOST', '0.0.0.0')
    return new Promise((resolve, reject) => {
      const probe = createServer()
      probe.once('error', (error: NodeJS.ErrnoException) => {
        const reasons: Record<string, string> = {
          EADDRINUSE: `Port ${port} is already in use. Stop the program that uses it, or choose another port: PORT=${port + 1} npm start`,
          EACCES: `Port ${port} needs more rights than this account has. Choose one above 1023: PORT=3333 npm start`,
          EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one of its own, or leave it out.`,
        }
        reject(new StartError(reasons[error.code ?? ''] ?? error.message))
      })
      probe.listen(port, host, () => probe.close(() => resolve()))
    })
  }

  #startWeb(): void {
    const startedAt = Date.now()
    const web = spawn(
      this.#options.node,
      [...NODE_OPTIONS, fileURLToPath(new URL('bin/server.js', this.#appRoot))],
      {
        cwd: boxRoot(this.#appRoot),
        env: {
          ...this.#options.env,
          NODE_ENV: process.env.NODE_ENV ?? 'production',
          HOST: this.#setting('HOST', '0.0.0.0'),
          PORT: this.#setting('PORT', '3333'),
          DATABASE_URL: process.env.DATABASE_URL,
          ENV_PATH: process.env.ENV_PATH,
          BOX_SUPERVISED: '1',
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }
    )
    this.#web = web
    web.on('message', (message) => this.#onMessage(message))
    web.on('exit', (code, signal) => this.#onWebExit(code, signal, Date.now() - startedAt))
  }

  #onMessage(message: unknown): void {
    if (!(message as { isAdonisJS?: boolean })?.isAdonisJS || this.#announced) return
    this.#announced = true
    const seconds = ((performance.now() - this.#options.startedAt) / 1000).toFixed(1)
    const port = this.#setting('PORT', '3333')
    const address = this.#setting('APP_URL', `http://localhost:${port}`)
    console.log(`\n  Comptoir is ready at ${address}  (${seconds} s)\n  Ctrl-C stops it.\n`)
  }

  #onWebExit(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    this.#web = null
    if (this.#stopping) return
    if (!this.#announced) {
      console.error('\nThe application could not start; the reason stands above.\n')
      void this.#stop(1)
      return
    }
    this.#crashes = livedMs > STABLE_AFTER_MS ? 0 : this.#crashes + 1
    const delayMs = Math.min(250 * 2 ** this.#crashes, MAX_RESTART_DELAY_MS)
    console.error(`The web process ended (${signal ?? `code ${code}`}); starting it again.`)
    setTimeout(() => !this.#stopping && this.#startWeb(), delayMs)
  }

  #keepDatabaseUp(): void {
    if (this.#stopping) return
    try {
      this.#database?.restartIfDown()
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
    }
  }

  async #stop(exitCode: number): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    await this.#stopWeb()
    await this.#database?.release()
    process.exit(exitCode)
  }

  #stopWeb(): Promise<void> {
    const web = this.#web
    if (!web || web.exitCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => web.kill('SIGKILL'), STOP_TIMEOUT_MS)
      web.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      web.kill('SIGTERM')
    })
  }

  #giveUp(error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error)
    const reason = error instanceof StartError ? error.message : explainFailure(error)
    console.error(`\n${reason ?? stack}\n`)
    void this.#stop(1)
  }
}

/** A reason not to start that the person at the terminal can do something about. */
class StartError extends Error {}
