/*
 * Environment contract. Everything is optional: unset means the embedded default, so that a
 * fresh clone starts with no file at all. APP_KEY is made and kept at the first start.
 */
import { Env } from '@adonisjs/core/env'

export default await Env.create(new URL('../', import.meta.url), {
  NODE_ENV: Env.schema.enum.optional(['development', 'production', 'test'] as const),
  APP_KEY: Env.schema.secret(),
  APP_URL: Env.schema.string.optional({ format: 'url', tld: false }),
  HOST: Env.schema.string.optional(),
  PORT: Env.schema.number.optional(),
  LOG_LEVEL: Env.schema.string.optional(),
  STORAGE_PATH: Env.schema.string.optional(),

  DATABASE_URL: Env.schema.string.optional(),
  SMTP_URL: Env.schema.string.optional(),
  MAIL_FROM: Env.schema.string.optional(),

  OPENAI_API_KEY: Env.schema.string.optional(),
  OPENAI_BASE_URL: Env.schema.string.optional(),
  OPENAI_MODEL: Env.schema.string.optional(),
  ANTHROPIC_API_KEY: Env.schema.string.optional(),
  ANTHROPIC_BASE_URL: Env.schema.string.optional(),
  ANTHROPIC_MODEL: Env.schema.string.optional(),
  LOCAL_MODEL: Env.schema.string.optional(),

  STRIPE_SECRET_KEY: Env.schema.string.optional(),
  STRIPE_WEBHOOK_SECRET: Env.schema.string.optional(),
  STRIPE_API_BASE: Env.schema.string.optional(),

  SIGN_UP: Env.schema.enum.optional(['open', 'invite'] as const),
  GOOGLE_CLIENT_ID: Env.schema.string.optional(),
  GOOGLE_CLIENT_SECRET: Env.schema.string.optional(),

  GPU_BACKEND: Env.schema.enum.optional(['auto', 'cpu', 'cuda', 'vulkan'] as const),

  API_RATE_LIMIT: Env.schema.number.optional(),
  METRICS_TOKEN: Env.schema.string.optional(),

  MODEL_MAX_GB: Env.schema.number.optional(),
  DISK_RESERVE_GB: Env.schema.number.optional(),
  HF_ENDPOINT: Env.schema.string.optional(),

  QUEUE_WORKER: Env.schema.enum.optional(['inline', 'off'] as const),
})
