import { Membership } from '#accounts'
import { llm } from '#llm'
import { agentProgress } from '#sales_agent'

export interface SetUpStep {
  /** Translation key `home.step.<key>`. */
  key: 'products' | 'agent' | 'widget' | 'model' | 'team'
  href: string
  icon: string
  done: boolean
}

export interface SetUp {
  steps: SetUpStep[]
  /** Nothing to sell yet: the first-run page. */
  firstRun: boolean
}

/** What a new workspace still has before it, told by what is there rather than by ticks. */
export async function setUpOf(workspaceId: string): Promise<SetUp> {
  const [found, members] = await Promise.all([
    agentProgress(workspaceId),
    Membership.query().where('workspaceId', workspaceId).limit(2),
  ])
  const { products, talked, widget } = found
  return {
    firstRun: !products,
    steps: [
      { key: 'products', href: '/catalog/import', icon: 'package', done: products },
      { key: 'agent', href: '/agent', icon: 'concierge-bell', done: talked },
      { key: 'widget', href: '/agent/settings', icon: 'code-xml', done: widget },
      { key: 'model', href: '/models', icon: 'cpu', done: llm.available() },
      { key: 'team', href: '/settings/members', icon: 'users', done: members.length > 1 },
    ],
  }
}
