import type { HttpContext } from '@adonisjs/core/http'

/** Web app manifest (https://www.w3.org/TR/appmanifest/): makes the portal installable. */
export default class ManifestController {
  show({ i18n, response }: HttpContext) {
    response.header('Content-Type', 'application/manifest+json; charset=utf-8')
    response.header('Cache-Control', 'private, max-age=3600')
    response.vary('Cookie')
    return {
      id: '/',
      name: 'Comptoir',
      short_name: 'Comptoir',
      description: i18n.t('shared.app_description'),
      lang: i18n.locale,
      dir: 'ltr',
      start_url: '/',
      scope: '/',
      display: 'standalone',
      background_color: '#f6f3ec',
      theme_color: '#14392f',
      categories: ['business', 'productivity'],
      icons: [
        icon('/icons/icon-192.png', 192, 'any'),
        icon('/icons/icon-512.png', 512, 'any'),
        icon('/icons/maskable-512.png', 512, 'maskable'),
      ],
      shortcuts: [
        { name: i18n.t('shared.nav.pipeline'), url: '/pipeline' },
        { name: i18n.t('shared.nav.conversations'), url: '/conversations' },
      ],
    }
  }
}

function icon(src: string, size: number, purpose: 'any' | 'maskable') {
  return { src, sizes: `${size}x${size}`, type: 'image/png', purpose }
}
