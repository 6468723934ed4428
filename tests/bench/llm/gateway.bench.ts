import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { OpenWorkspace, Workspace } from '#accounts'
import { llm } from '#llm'
import { wallet } from '#wallet'
import { fairUse } from '#config/llm'
import { FakeOpenAi } from '#tests/helpers/fake_openai'
import env from '#start/env'
import type { BenchRow } from '#tests/bench/table'

const PER_SECOND = 200
const SECONDS = 8
const WARM_UP = 200

/**
 * What the gateway adds to a provider: wallet hold, placeholders, attempt, capture and log, at
 * 200 requests a second evenly spaced. The provider is a local server that speaks the wire
 * format; its own time is measured at the same rate by the same client library and taken off.
 * Gateway, database and provider share the machine.
 */
export async function run(): Promise<BenchRow[]> {
  const fake = new FakeOpenAi()
  const url = await fake.start()
  env.set('OPENAI_BASE_URL', url)
  env.set('OPENAI_MODEL', 'gpt-6-luna')
  const usual = { ...fairUse.pro! }
  Object.assign(fairUse.pro!, { requests: 1e6, tokens: 1e9, streams: 1e4 })
  const { workspace } = await new OpenWorkspace().handle({
    ...{ email: `bench-${Date.now()}@example.com`, password: 'bench bench bench bench' },
    ...{ workspaceName: 'Bench', plans: { assistant: 'pro' } },
  })
  await wallet.grant({
    ...{ workspaceId: workspace.id, asset: 'usd', source: 'promotion', amount: 1_000_000_000 },
    ...{
      idempotencyKey: `bench:${workspace.id}`,
      startsAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
    },
  })
  const ask = (text: string) =>
    llm.complete({
      ...{ workspaceId: workspace.id, purpose: 'bench', class: 'simple', system: 'Be brief.' },
      messages: [{ role: 'user', text }],
    })
  try {
    const { OpenAI } = await import('openai')
    const bare = new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 })
    const direct = await spaced('direct', async (text) => {
      const chunks = await bare.chat.completions.create({
        ...{ model: 'gpt-6-luna', stream: true, stream_options: { include_usage: true } },
        messages: [{ role: 'user', content: text }],
      })
      for await (const chunk of chunks) void chunk
    })
    const through = await spaced('through', async (text) => {
      const result = await ask(text)
      if (!result.ok) throw new Error(result.reason)
    })
    const hits = await spaced('hits', () => ask('The same question every time'))
    return [
      { name: 'overhead p50, 200/s', value: through.p50 - direct.p50, unit: 'ms', target: '≤ 2' },
      { name: 'overhead p99, 200/s', value: through.p99 - direct.p99, unit: 'ms', target: '≤ 5' },
      { name: 'provider alone p50', value: direct.p50, unit: 'ms' },
      { name: 'provider alone p99', value: direct.p99, unit: 'ms' },
      { name: 'answer from memory p50', value: hits.p50, unit: 'ms' },
      { name: 'answer from memory p99', value: hits.p99, unit: 'ms' },
    ]
  } finally {
    env.set('OPENAI_BASE_URL', '')
    env.set('OPENAI_MODEL', '')
    Object.assign(fairUse.pro!, usual)
    await fake.stop()
    await Workspace.query().where('id', workspace.id).delete()
  }
}

async function spaced(name: string, request: (text: string) => Promise<unknown>) {
  for (let count = 0; count < WARM_UP; count++) await request(`${name} warm ${count}`)
  const times: number[] = []
  const running: Promise<void>[] = []
  const start = performance.now()
  for (let count = 0; count < PER_SECOND * SECONDS; count++) {
    const due = start + (count * 1_000) / PER_SECOND
    if (due > performance.now()) await sleep(due - performance.now())
    const from = performance.now()
    running.push(request(`${name} ${count}`).then(() => void times.push(performance.now() - from)))
  }
  await Promise.all(running)
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor((times.length - 1) * share)]!
  return { p50: at(0.5), p99: at(0.99) }
}
