import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import app from '@adonisjs/core/services/app'
import type { BenchRow } from '#tests/bench/table'

/**
 * Start-up of the box on an empty storage folder (database made) and again (database there),
 * from the command to the line with the address; then the web process's resident memory.
 */
export async function run(): Promise<BenchRow[]> {
  const storage = await mkdtemp(join(tmpdir(), 'comptoir-startup-'))
  try {
    const first = await startBox(storage)
    const second = await startBox(storage)
    return [
      { name: 'start, new database', value: first.seconds, unit: 's' },
      { name: 'start, second time', value: second.seconds, unit: 's', target: '≤ 3' },
      { name: 'web process at rest', value: second.residentMb, unit: 'MB', target: '≤ 250' },
    ]
  } finally {
    await rm(storage, { recursive: true, force: true })
  }
}

async function startBox(storage: string) {
  const startedAt = performance.now()
  const env = { ...process.env }
  delete env.DATABASE_URL
  const box = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: app.makePath(),
    env: { ...env, STORAGE_PATH: storage, PORT: '34990', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise<void>((resolve, reject) => {
    box.stdout.on('data', (chunk) => String(chunk).includes('ready at') && resolve())
    box.on('exit', () => reject(new Error('The box ended before it was ready')))
  })
  const seconds = (performance.now() - startedAt) / 1000
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const residentMb = await webProcessMemoryMb(box.pid!)
  box.kill('SIGTERM')
  await new Promise((resolve) => box.once('exit', resolve))
  return { seconds, residentMb }
}

/** Resident set of the supervisor's child that serves, from /proc (Linux only). */
async function webProcessMemoryMb(supervisorPid: number): Promise<number> {
  const children = await readFile(`/proc/${supervisorPid}/task/${supervisorPid}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    if (!command.includes('server.js')) continue
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    return Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) / 1024
  }
  return Number.NaN
}
