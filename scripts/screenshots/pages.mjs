/*
 * What is shown. The pages of the navigation come from the portal itself; the others are listed
 * here, with the path, or with the page and link that lead to one of many.
 */
import { navigationEntries } from '../../app/shared/portal/navigation.ts'

export const guestPages = [
  { name: 'welcome', path: '/' },
  { name: 'sign-in', path: '/login' },
  { name: 'sign-up', path: '/signup' },
  { name: 'forgot-password', path: '/forgot-password' },
  { name: 'not-found', path: '/nowhere', status: 404 },
  { name: 'offline', path: '/offline' },
]

export const memberPages = [
  ...navigationEntries.map(({ key, href }) => ({ name: key, path: href })),
  { name: 'conversation', from: '/conversations', link: /^\/conversations\/[0-9a-f-]{36}$/ },
  { name: 'prospect', from: '/prospects', link: /^\/prospects\/[0-9a-f-]{36}$/ },
  { name: 'deal', from: '/pipeline', link: /^\/deals\/[0-9a-f-]{36}$/ },
  { name: 'product', from: '/catalog', link: /^\/catalog\/[0-9a-f-]{36}$/ },
  { name: 'catalog-import', path: '/catalog/import' },
  { name: 'prospects-import', path: '/prospects/import' },
  { name: 'quantization-add', path: '/quantization/models/new' },
  { name: 'quantization-jobs', path: '/quantization/jobs' },
  { name: 'quantization-settings', path: '/quantization/settings' },
  { name: 'agent-settings', path: '/agent/settings' },
  { name: 'report', from: '/reports', link: /^\/reports\/weekly\/[^.]+$/ },
  { name: 'notices', path: '/notices' },
  { name: 'profile', path: '/settings/profile' },
  { name: 'members', path: '/settings/members' },
  { name: 'workspace', path: '/settings/workspace' },
  { name: 'api-keys', path: '/settings/keys' },
  { name: 'audit', path: '/settings/audit' },
  { name: 'outbox', path: '/settings/outbox' },
  { name: 'plans', path: '/wallet/plans' },
  { name: 'api-docs', path: '/docs' },
  { name: 'palette', path: '/', keys: 'Control+k', viewport: true },
]
