import { defineConfig } from '@adonisjs/core/app'

export default defineConfig({
  experimental: {},

  commands: [() => import('@adonisjs/core/commands'), () => import('@adonisjs/lucid/commands')],

  providers: [
    () => import('@adonisjs/core/providers/app_provider'),
    () => import('@adonisjs/core/providers/hash_provider'),
    { file: () => import('@adonisjs/core/providers/repl_provider'), environment: ['repl', 'test'] },
    () => import('@adonisjs/core/providers/vinejs_provider'),
    () => import('@adonisjs/core/providers/edge_provider'),
    () => import('@adonisjs/session/session_provider'),
    () => import('@adonisjs/vite/vite_provider'),
    () => import('@adonisjs/shield/shield_provider'),
    () => import('@adonisjs/static/static_provider'),
    () => import('@adonisjs/lucid/database_provider'),
    () => import('@adonisjs/auth/auth_provider'),
    () => import('@adonisjs/i18n/i18n_provider'),
    () => import('@adonisjs/mail/mail_provider'),
    () => import('@adonisjs/limiter/limiter_provider'),
    () => import('@adonisjs/ally/ally_provider'),
    () => import('#providers/migrations_provider'),
    () => import('#providers/jobs/jobs_provider'),
    () => import('#providers/gpu_process/gpu_process_provider'),
    () => import('#providers/modules_provider'),
  ],

  preloads: [
    () => import('#start/kernel'),
    () => import('#start/view'),
    () => import('#start/validator'),
    () => import('#app/shared/routes'),
    () => import('#app/accounts/routes'),
    () => import('#app/wallet/routes'),
    () => import('#app/llm/routes'),
    () => import('#app/crm/routes'),
    () => import('#app/sales_agent/routes'),
    () => import('#app/quantization/routes'),
    () => import('#app/reports/home/routes'),
    () => import('#app/reports/routes'),
    () => import('#app/demo/routes'),
  ],

  tests: {
    suites: [
      { name: 'unit', files: ['tests/unit/**/*.spec.ts'], timeout: 10_000 },
      { name: 'functional', files: ['tests/functional/**/*.spec.ts'], timeout: 30_000 },
      { name: 'browser', files: ['tests/browser/**/*.spec.ts'], timeout: 120_000 },
    ],
    forceExit: true,
  },

  metaFiles: [
    { pattern: 'app/**/*.json', reloadServer: false },
    { pattern: 'resources/views/**/*.edge', reloadServer: false },
    { pattern: 'resources/lang/**/*.json', reloadServer: false },
    { pattern: 'resources/demo/**', reloadServer: false },
    { pattern: 'resources/fonts/**', reloadServer: false },
    { pattern: 'resources/widget/**', reloadServer: false },
    { pattern: 'public/**', reloadServer: false },
    { pattern: 'gpu/*/text/**', reloadServer: false },
  ],

  hooks: {
    buildStarting: [() => import('@adonisjs/vite/build_hook')],
  },
})
