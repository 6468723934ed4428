import { isHttps } from '#config/app'
import app from '@adonisjs/core/services/app'
import { defineConfig, stores } from '@adonisjs/session'

const sessionConfig = defineConfig({
  enabled: true,
  cookieName: 'comptoir_session',
  clearWithBrowser: false,
  age: '12h',
  cookie: { path: '/', httpOnly: true, secure: isHttps, sameSite: 'lax' },
  store: app.inTest ? 'memory' : 'cookie',
  stores: { cookie: stores.cookie() },
})

export default sessionConfig
