import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import app from '@adonisjs/core/services/app'
import db from '@adonisjs/lucid/services/db'
import autocannon from 'autocannon'
import { OpenWorkspace, Workspace } from '#accounts'
import { importCatalogue } from '#sales_agent'
import type { BenchRow } from '#tests/bench/table'

const PROSPECTS = 100_000
const PRODUCTS = 10_000
const CONNECTIONS = 50
const SECONDS = 6
const WARM_UP_SECONDS = 2
const PORT = 34991
const BASE = `http://127.0.0.1:${PORT}`
const PASSWORD = 'bench bench bench bench'

const PAGES = ['/', '/pipeline', '/prospects', '/catalog', '/conversations', '/wallet', '/reports']
const API = ['/api/v1/prospects', '/api/v1/deals', '/api/v1/products?q=lamp', '/api/v1/wallet']

/**
 * Latency of pages and API over 50 connections, on 100,000 prospects and 10,000 products: 50
 * requests a second evenly spaced (more than fifty people who read ask for), then flat out, each
 * connection asking again as soon as its answer is there. Server, database and load share the
 * machine.
 */
export async function run(): Promise<BenchRow[]> {
  const { email, workspace, key } = await seed()
  const server = await startServer()
  try {
    const cookie = await signIn(email)
    const rows = await measure('no work /health/live', '/health/live', {})
    for (const path of PAGES) rows.push(...(await measure(`page ${path}`, path, { cookie }, 50)))
    for (const path of API)
      rows.push(...(await measure(`api ${path}`, path, { authorization: `Bearer ${key}` }, 25)))
    return rows
  } finally {
    server.kill('SIGTERM')
    await Workspace.query().where('id', workspace.id).delete()
  }
}

async function seed() {
  const email = `bench-${Date.now()}@example.com`
  const { workspace } = await new OpenWorkspace().handle({
    ...{ email, password: PASSWORD, workspaceName: 'Bench', plans: { agent: 'enterprise' } },
  })
  await db.rawQuery(
    `insert into prospects (workspace_id, name, email, company_name, city, score, last_activity_at)
     select ?, 'Person ' || n, 'person' || n || '@example.com', 'Company ' || n % 5000,
            'City ' || n % 300, n % 100, now() - n * interval '1 minute'
     from generate_series(1, ?) n`,
    [workspace.id, PROSPECTS]
  )
  await importProducts(workspace.id)
  await db.rawQuery('analyze')
  const token = await Workspace.apiKeys.create(workspace, ['*'], { name: 'bench' })
  return { email, workspace, key: token.value!.release() }
}

async function importProducts(workspaceId: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'comptoir-http-'))
  const path = join(folder, 'products.csv')
  const file = createWriteStream(path)
  file.write('sku,title,description,price,stock,category\n')
  const things = ['lamp', 'chair', 'table', 'kettle', 'knife', 'tent', 'bottle', 'jacket', 'helmet']
  for (let n = 0; n < PRODUCTS; n++) {
    const thing = things[n % things.length]
    file.write(
      `S${n},Model ${n} ${thing},A good ${thing} number ${n},${5 + (n % 300)}.90,${n % 40},Home\n`
    )
  }
  await new Promise<void>((resolve) => file.end(resolve))
  await importCatalogue({ workspaceId, path, fileName: 'products.csv', locale: 'en' })
  await rm(folder, { recursive: true })
}

async function startServer(): Promise<ChildProcess> {
  const args = ['--import=@poppinss/ts-exec', 'bin/server.ts']
  const server = spawn(process.execPath, args, {
    cwd: app.makePath(),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(PORT),
      LOG_LEVEL: 'fatal',
      API_RATE_LIMIT: '0',
    },
    stdio: 'ignore',
  })
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await fetch(`${BASE}/health/live`).then(
      (response) => response.ok,
      () => false
    )
    if (up) return server
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('The server did not answer')
}

async function signIn(email: string): Promise<string> {
  const form = await fetch(`${BASE}/login`)
  const csrf = (await form.text()).match(/name=["']_csrf["'] value=["']([^"']+)/)![1]!
  const answer = await fetch(`${BASE}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'cookie': cookiesOf(form), 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ _csrf: csrf, email, password: PASSWORD }),
  })
  return cookiesOf(answer)
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function measure(
  name: string,
  path: string,
  headers: Record<string, string>,
  targetMs?: number
): Promise<BenchRow[]> {
  await arrivals(path, headers, WARM_UP_SECONDS)
  const paced = await arrivals(path, headers, SECONDS)
  const flatOut = await saturation(path, headers)
  paced.sort((a, b) => a - b)
  const percentile = (share: number) => paced[Math.floor(paced.length * share)] ?? Number.NaN
  return [
    { name: `${name}, p50`, value: percentile(0.5), unit: 'ms' },
    {
      ...{ name: `${name}, p95`, value: percentile(0.95), unit: 'ms' },
      ...(targetMs === undefined ? {} : { target: `≤ ${targetMs}` }),
    },
    { name: `${name}, p99`, value: percentile(0.99), unit: 'ms' },
    { name: `${name}, flat out`, value: flatOut, unit: '1/s' },
  ]
}

/**
 * One request every 20 ms, whatever the answers do, over at most 50 sockets.
 *
 * @returns the milliseconds from the moment each was due to the end of its answer
 */
async function arrivals(path: string, headers: Record<string, string>, seconds: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const total = seconds * CONNECTIONS
  const startedAt = performance.now()
  const answers = Array.from({ length: total }, async (_, index) => {
    const dueAt = startedAt + (index * 1000) / CONNECTIONS
    await sleep(dueAt - performance.now())
    await get(path, headers, agent)
    return performance.now() - dueAt
  })
  const times = await Promise.all(answers)
  agent.destroy()
  return times
}

function get(path: string, headers: Record<string, string>, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(BASE + path, { headers, agent }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode}`))
      response.resume().once('end', resolve)
    })
    request.once('error', reject)
  })
}

/** Every connection asks again as soon as it has its answer. @returns answers per second */
async function saturation(path: string, headers: Record<string, string>): Promise<number> {
  const result = await autocannon({
    url: BASE + path,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers,
  })
  // Lets the server finish what the load left behind before the next figure.
  await sleep(2000)
  if (result.non2xx > 0) throw new Error(`${path}: ${result.non2xx} answers were not 2xx`)
  return result.requests.average
}
