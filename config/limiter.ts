import { defineConfig, stores } from '@adonisjs/limiter'

// One web process per box: counters in memory are exact, and nothing is written per request.
const limiterConfig = defineConfig({
  default: 'memory',
  stores: { memory: stores.memory({}) },
})

export default limiterConfig

declare module '@adonisjs/limiter/types' {
  export interface LimitersList extends InferLimiters<typeof limiterConfig> {}
}
