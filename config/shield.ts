import { isHttps } from '#config/app'
import app from '@adonisjs/core/services/app'
import { defineConfig } from '@adonisjs/shield'
import { stripePages } from '#config/stripe'

// Vite's development server pushes updates over a web socket of its own.
const developmentSources = app.inDev ? ['ws://localhost:24678', 'ws://127.0.0.1:24678'] : []

const shieldConfig = defineConfig({
  csp: {
    enabled: true,
    reportOnly: false,
    directives: {
      defaultSrc: [`'self'`],
      scriptSrc: [`'self'`, '@nonce', ...(app.inDev ? ['@viteUrl'] : [])],
      styleSrc: [`'self'`, `'unsafe-inline'`],
      imgSrc: [`'self'`, 'data:', 'https:'],
      fontSrc: [`'self'`],
      connectSrc: [`'self'`, ...developmentSources],
      objectSrc: [`'none'`],
      baseUri: [`'self'`],
      // Payment pages answer a form with a redirect, which browsers count as its target.
      formAction: [`'self'`, () => stripePages().join(' ')],
      frameAncestors: [`'none'`],
      manifestSrc: [`'self'`],
      workerSrc: [`'self'`],
    },
  },
  csrf: {
    enabled: true,
    // These speak to programs, never with a session cookie: API keys, widget keys, signatures.
    exceptRoutes: (ctx) => /^\/(api\/|widget\/|hooks\/)/.test(ctx.request.url()),
    enableXsrfCookie: false,
    methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  },
  xFrame: { enabled: true, action: 'DENY' },
  hsts: { enabled: isHttps, maxAge: '180 days' },
  contentTypeSniffing: { enabled: true },
})

export default shieldConfig
