import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  chownSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type PostgresBinaries } from './binaries.js'
import { EmbeddedPostgresError } from './errors.js'
import { type ServerUser } from './server_user.js'

/** Unix-domain socket paths are limited to 107 bytes (`sun_path`); the file name needs 20 more. */
const MAX_SOCKET_DIR_BYTES = 85
const PORT = 5433

/**
 * One PostgreSQL data directory and the server that runs on it, driven through `pg_ctl`. The
 * server listens on a Unix socket only, in a folder that nobody else may enter.
 */
export class PostgresCluster {
  readonly user = 'comptoir'
  readonly port = PORT

  /** Folder beside the data, for the socket. */
  #home: string

  constructor(
    readonly dataDir: string,
    private binaries: PostgresBinaries,
    private readonly serverUser: ServerUser
  ) {
    this.#home = dirname(dataDir)
  }

  /** Folder of the Unix socket: beside the data, or in the temporary folder when too long. */
  get socketDir(): string {
    const beside = join(this.#home, 'run')
    if (Buffer.byteLength(beside) <= MAX_SOCKET_DIR_BYTES) return beside
    const digest = createHash('sha256').update(this.dataDir).digest('hex').slice(0, 12)
    return join(tmpdir(), `comptoir-${digest}`)
  }

  url(database: string): string {
    const host = encodeURIComponent(this.socketDir)
    return `postgresql://${this.user}@localhost:${this.port}/${database}?host=${host}`
  }

  /** A directory counts as made only when `initdb` came to its end. */
  isInitialised(): boolean {
    return existsSync(this.#readyMark)
  }

  /** Creates the data directory once. A directory left half-made by a crash is made anew. */
  initialise(): void {
    this.prepareFolders()
    if (this.isInitialised()) return

    for (const leftover of readdirSync(this.dataDir)) {
      rmSync(join(this.dataDir, leftover), { recursive: true, force: true })
    }
    this.#run(this.binaries.initdb, [
      `--pgdata=${this.#physicalDataDir}`,
      `--username=${this.user}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--auth-local=trust',
      '--auth-host=reject',
      '--no-instructions',
    ])
    mkdirSync(this.#readyMark)
  }

  isRunning(): boolean {
    return this.#pgCtl(['status']).status === 0
  }

  /** Starts the server and waits until it answers; does nothing when it already runs. */
  start(): void {
    if (this.isRunning()) return
    const options = [
      `-p ${this.port}`,
      `-c listen_addresses=''`,
      `-c unix_socket_directories='${this.socketDir}'`,
      `-c unix_socket_permissions=0700`,
      '-c max_connections=120',
      '-c shared_buffers=128MB',
    ].join(' ')
    const log = join(this.#physicalDataDir, 'server.log')
    const result = this.#pgCtl(['-w', '-t', '60', '-l', log, '-o', options, 'start'])
    if (result.status !== 0 && !this.isRunning()) {
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start: ${tail(log) || result.stderr}`,
        `The full log is in ${log}.`
      )
    }
  }

  /** Stops the server, ending open sessions cleanly. */
  stop(): void {
    this.#pgCtl(['-m', 'fast', '-w', '-t', '30', 'stop'])
  }

  /** The server cannot follow a link through a folder that it may not enter. */
  get #physicalDataDir(): string {
    return existsSync(this.dataDir) ? realpathSync(this.dataDir) : this.dataDir
  }

  get #readyMark(): string {
    return `${this.dataDir}.ready`
  }

  #pgCtl(args: string[]) {
    return this.#spawn(this.binaries.pg_ctl, ['-D', this.#physicalDataDir, ...args])
  }

  #run(program: string, args: string[]): void {
    const result = this.#spawn(program, args)
    if (result.error || result.status !== 0) {
      const reason = result.error?.message ?? result.stderr.trim()
      if (/No space left/i.test(reason)) {
        throw new EmbeddedPostgresError(
          'The disk is full, so the database could not be created.',
          'Free at least 500 MB and start again.'
        )
      }
      throw new EmbeddedPostgresError(
        `The database could not be created: ${reason}`,
        `Check that ${dirname(this.dataDir)} can be written, or set STORAGE_PATH.`
      )
    }
  }

  #spawn(program: string, args: string[]) {
    return spawnSync(program, args, {
      ...(this.serverUser ?? {}),
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /**
   * As root, the service account must be able to reach both the programs and the data. Where
   * it cannot (a checkout under /root), both live under /var/lib/comptoir and are linked.
   */
  prepareFolders(): void {
    mkdirSync(dirname(this.dataDir), { recursive: true })
    if (this.serverUser) this.#makeReachable(this.serverUser)
    this.#ownedFolder(this.socketDir)
    if (!existsSync(this.dataDir)) this.#ownedFolder(this.dataDir)
  }

  #makeReachable(user: NonNullable<ServerUser>): void {
    const programs = dirname(dirname(this.binaries.pg_ctl))
    if (!canEnter(programs, user)) {
      const copy = join(this.#shelter, 'native')
      if (!existsSync(join(copy, 'bin', 'pg_ctl'))) {
        cpSync(programs, copy, { recursive: true, verbatimSymlinks: true })
      }
      const at = (name: string) => join(copy, 'bin', name)
      this.binaries = { initdb: at('initdb'), pg_ctl: at('pg_ctl'), postgres: at('postgres') }
    }

    if (canEnter(dirname(this.dataDir), user)) return
    this.#home = this.#shelter
    if (existsSync(this.dataDir)) return
    const data = join(this.#shelter, 'postgres')
    this.#ownedFolder(data)
    symlinkSync(data, this.dataDir)
  }

  /** Where the database lives when its own place is out of the service account's reach. */
  get #shelter(): string {
    const digest = createHash('sha256').update(this.dataDir).digest('hex').slice(0, 12)
    return join('/var/lib/comptoir', digest)
  }

  #ownedFolder(path: string): void {
    // Folders above stay open to be walked through; the mode is for this one.
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o700)
    if (this.serverUser) chownSync(path, this.serverUser.uid, this.serverUser.gid)
  }
}

/** Whether an account may walk into a folder (`cwd` will not do: it is entered as root). */
function canEnter(folder: string, user: NonNullable<ServerUser>): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...user, cwd: '/' })
  return probe.status === 0
}

function tail(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').slice(-3).join(' ') : ''
}
