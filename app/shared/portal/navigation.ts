/** One page of the portal as the navigation and the command palette show it. */
export interface NavigationEntry {
  /** Last part of its translation key: `shared.nav.<key>`. */
  key: string
  href: string
  /** Lucide icon. */
  icon: string
  /** Section that pages of the room pass to the layout when no address prefix matches. */
  section: string
}

export interface NavigationGroup {
  /** Translation key of the heading, `shared.nav_group.<key>`; null for entries without one. */
  key: string | null
  entries: NavigationEntry[]
}

/** Every room's pages in the order in which a working day needs them. */
export const NAVIGATION: readonly NavigationGroup[] = [
  { key: null, entries: [{ key: 'home', href: '/', icon: 'house', section: 'home' }] },
  {
    key: 'sell',
    entries: [
      {
        key: 'conversations',
        href: '/conversations',
        icon: 'messages-square',
        section: 'conversations',
      },
      { key: 'pipeline', href: '/pipeline', icon: 'square-kanban', section: 'crm' },
      { key: 'prospects', href: '/prospects', icon: 'users', section: 'prospects' },
      { key: 'tasks', href: '/tasks', icon: 'list-checks', section: 'tasks' },
    ],
  },
  {
    key: 'equip',
    entries: [
      { key: 'catalog', href: '/catalog', icon: 'package', section: 'catalog' },
      { key: 'agent', href: '/agent', icon: 'concierge-bell', section: 'sales_agent' },
      { key: 'models', href: '/models', icon: 'cpu', section: 'llm' },
      { key: 'quantization', href: '/quantization', icon: 'shrink', section: 'quantization' },
    ],
  },
  {
    key: 'measure',
    entries: [
      { key: 'wallet', href: '/wallet', icon: 'wallet', section: 'wallet' },
      { key: 'reports', href: '/reports', icon: 'chart-column', section: 'reports' },
    ],
  },
  {
    key: null,
    entries: [{ key: 'settings', href: '/settings', icon: 'settings', section: 'accounts' }],
  },
]

/** What the command palette offers beside the pages; keys are `shared.action.<key>`. */
export const PALETTE_ACTIONS: readonly Omit<NavigationEntry, 'section'>[] = [
  { key: 'import_products', href: '/catalog/import', icon: 'file-up' },
  { key: 'import_prospects', href: '/prospects/import', icon: 'user-plus' },
  { key: 'ask_assistant', href: '/assistant', icon: 'messages-square' },
  { key: 'add_model', href: '/quantization/models/new', icon: 'shrink' },
]

export const navigationEntries = NAVIGATION.flatMap((group) => group.entries)

/** The entry that the page at `path` belongs to: the longest address prefix, else the section. */
export function currentEntry(path: string, section?: string): NavigationEntry | undefined {
  return (
    navigationEntries
      .filter(({ href }) => path === href || (href !== '/' && path.startsWith(`${href}/`)))
      .sort((a, b) => b.href.length - a.href.length)[0] ??
    navigationEntries.find((entry) => entry.section === section)
  )
}
