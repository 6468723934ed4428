import { isHttps } from '#config/app'
import { configProvider } from '@adonisjs/core'
import app from '@adonisjs/core/services/app'
import { defineConfig } from '@adonisjs/session'

const sessionConfig = defineConfig({
  enabled: true,
  cookieName: 'comptoir_session',
  clearWithBrowser: false,
  age: '12h',
  cookie: { path: '/', httpOnly: true, secure: isHttps, sameSite: 'lax' },
  store: app.inTest ? 'memory' : 'cookie',
  stores: {
    cookie: configProvider.create(async () => {
      const { CookieSessionStore } = await import('#shared/http/session_store')
      return (ctx, config) => new CookieSessionStore(config.cookie, ctx)
    }),
  },
})

export default sessionConfig
