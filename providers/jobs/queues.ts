import type { PgBoss, Queue, QueueResult } from 'pg-boss'
import type { JobDefinition } from '#shared/jobs/jobs'

/** Jobs whose attempts are used up come here, with the error, until they are retried. */
export const DEAD_LETTERS = 'dead_letters'

const DAY_SECONDS = 86_400

const DEFAULTS = {
  retries: 3,
  timeoutSeconds: 900,
  heartbeatSeconds: 30,
} as const

type QueueSettings = Omit<Queue, 'name'>

/**
 * Policy `short`: at most one waiting job per singleton key. Jobs without a key get one of their
 * own, see PgBossEngine.enqueue.
 */
function settingsOf(definition: Partial<JobDefinition>): QueueSettings {
  return {
    policy: 'short',
    retryLimit: definition.retries ?? DEFAULTS.retries,
    retryBackoff: true,
    retryDelay: 1,
    retryDelayMax: 600,
    expireInSeconds: definition.timeoutSeconds ?? DEFAULTS.timeoutSeconds,
    heartbeatSeconds: definition.heartbeatSeconds ?? DEFAULTS.heartbeatSeconds,
    deleteAfterSeconds: DAY_SECONDS,
    deadLetter: DEAD_LETTERS,
    notify: true,
  }
}

const DEAD_LETTER_SETTINGS: QueueSettings = {
  retentionSeconds: 90 * DAY_SECONDS,
  deleteAfterSeconds: DAY_SECONDS,
  retryLimit: 0,
}

/** The queues in the database, brought in line with the definitions with few round trips. */
export class Queues {
  readonly #ready = new Set<string>()
  #existing: Promise<Map<string, QueueResult>> | null = null

  constructor(private readonly boss: PgBoss) {}

  async ensure(name: string, definition: Partial<JobDefinition> = {}): Promise<void> {
    if (this.#ready.has(name)) return
    this.#existing ??= this.#load()
    const existing = await this.#existing
    const wanted = settingsOf(definition)
    const found = existing.get(name)
    if (!found) await this.boss.createQueue(name, wanted)
    else if (differs(found, wanted)) {
      const { policy, ...changeable } = wanted
      await this.boss.updateQueue(name, changeable)
    }
    this.#ready.add(name)
  }

  async #load() {
    const found = await this.boss.getQueues()
    const queues = new Map(found.map((queue) => [queue.name, queue]))
    if (!queues.has(DEAD_LETTERS)) await this.boss.createQueue(DEAD_LETTERS, DEAD_LETTER_SETTINGS)
    return queues
  }
}

function differs(found: QueueResult, wanted: QueueSettings): boolean {
  return Object.entries(wanted).some(
    ([key, value]) => key !== 'policy' && found[key as keyof QueueResult] !== value
  )
}
