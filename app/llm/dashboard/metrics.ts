import { Counter, Gauge, Histogram } from 'prom-client'
import { registry } from '#shared/platform/metrics/registry'
import type { CallRecord } from '#app/llm/calls/settle_call'
import { circuits } from '#app/llm/routing/health'

const calls = new Counter({
  name: 'llm_calls_total',
  help: 'Model calls, by class, provider, model and outcome',
  labelNames: ['class', 'provider', 'model', 'outcome'] as const,
  registers: [registry],
})

/** Buckets around the thresholds of 3 and 5 seconds. */
const duration = new Histogram({
  name: 'llm_call_duration_seconds',
  help: 'Time from the request to the last word',
  labelNames: ['class', 'provider'] as const,
  buckets: [0.005, 0.05, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 15, 30, 60],
  registers: [registry],
})

const attempts = new Counter({
  name: 'llm_attempts_total',
  help: 'Attempts at providers, by how they ended',
  labelNames: ['provider', 'model', 'outcome', 'failure'] as const,
  registers: [registry],
})

const tokens = new Counter({
  name: 'llm_tokens_total',
  help: 'Tokens that providers counted',
  labelNames: ['provider', 'model', 'kind'] as const,
  registers: [registry],
})

const cost = new Counter({
  name: 'llm_provider_cost_usd_total',
  help: 'Dollars that providers take',
  labelNames: ['provider', 'model', 'usage'] as const,
  registers: [registry],
})

new Gauge({
  name: 'llm_circuit_open',
  help: '1 while a model is left alone after failures, 0.5 while it is tried again',
  labelNames: ['provider', 'model'] as const,
  registers: [registry],
  collect() {
    this.reset()
    const value = { closed: 0, half_open: 0.5, open: 1 }
    for (const { key, state } of circuits()) {
      const [provider = '', , ...model] = key.split(' ')
      this.set({ provider, model: model.join(' ') }, value[state])
    }
  },
})

/** Counts a call that has been settled. */
export function measureCall(record: CallRecord): void {
  const { class: name, provider, model, outcome } = record
  calls.inc({ class: name, provider, model, outcome })
  duration.observe({ class: name, provider }, record.latencyMs / 1_000)
  for (const attempt of record.attempts) {
    const at = { provider: attempt.candidate.provider.name, model: attempt.candidate.model }
    attempts.inc({ ...at, outcome: attempt.outcome, failure: attempt.failureCode ?? '' })
    tokens.inc({ ...at, kind: 'prompt' }, attempt.usage.promptTokens)
    tokens.inc({ ...at, kind: 'completion' }, attempt.usage.completionTokens)
    cost.inc({ ...at, usage: attempt.usageSource }, (attempt.costNano ?? 0) / 1e9)
  }
}
