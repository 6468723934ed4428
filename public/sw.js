/*
 * Service worker of the portal. It keeps static files (their names carry a hash) and one page for
 * when the box cannot be reached. Pages and data are never kept: what a business sees stays on its
 * box.
 */
const CACHE = 'comptoir-static-1'
const LANGUAGE = '/__language'
const OFFLINE = '/offline'
const KEPT_FILES = 80

self.addEventListener('install', (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))
      )
      .then(() => self.clients.claim())
  )
})

// The page says which language its reader has chosen; the kept page follows.
self.addEventListener('message', (event) => {
  const language = event.data?.language
  if (typeof language === 'string') event.waitUntil(followLanguage(language))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return

  if (request.mode === 'navigate') {
    event.respondWith(
      fetch(request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error())
    )
  } else if (/^\/(assets|icons)\//.test(url.pathname)) {
    event.respondWith(fromCache(request))
  }
})

async function fromCache(request) {
  const cache = await caches.open(CACHE)
  const kept = await cache.match(request)
  if (kept) return kept
  const response = await fetch(request)
  if (response.ok) {
    await cache.put(request, response.clone())
    await forgetOldest(cache)
  }
  return response
}

async function forgetOldest(cache) {
  const keys = await cache.keys()
  const files = keys.filter(({ url }) => !url.endsWith(OFFLINE) && !url.endsWith(LANGUAGE))
  const surplus = files.slice(0, Math.max(0, files.length - KEPT_FILES))
  await Promise.all(surplus.map((key) => cache.delete(key)))
}

async function keepOfflinePage() {
  const cache = await caches.open(CACHE)
  await cache.add(new Request(OFFLINE, { cache: 'reload' }))
}

async function followLanguage(language) {
  const cache = await caches.open(CACHE)
  const known = await (await cache.match(LANGUAGE))?.text()
  if (known === language) return
  await keepOfflinePage()
  await cache.put(LANGUAGE, new Response(language))
}
