import app from '@adonisjs/core/services/app'
import { defineConfig, loaders } from '@adonisjs/i18n'
import { CachedIcuFormatter } from '#shared/i18n/cached_icu_formatter'

const i18nConfig = defineConfig({
  defaultLocale: 'en',
  supportedLocales: ['en', 'fr'],
  formatter: () => new CachedIcuFormatter(),
  loaders: [loaders.fs({ location: app.makePath('resources/lang') })],
})

export default i18nConfig
