import type { ProductDraft } from '#app/sales_agent/catalog/import/draft'
import type { ImportLog } from '#app/sales_agent/catalog/import/import_log'
import { writeProducts } from '#app/sales_agent/catalog/write/write_products'

/** Products written in one transaction. */
const BATCH = 500

/** Transactions at the same time: one is prepared while the database works on another. */
const IN_FLIGHT = 2

/** Collects drafts and writes them in batches; of two with the same handle the later one wins. */
export class BatchWriter {
  readonly changedIds: string[] = []
  #drafts = new Map<string, ProductDraft>()
  #flights: { handles: Set<string>; done: Promise<void> }[] = []

  constructor(
    private readonly workspaceId: string,
    private readonly source: string,
    private readonly log: ImportLog
  ) {}

  async add(draft: ProductDraft): Promise<void> {
    // A product that is being written right now must be finished first.
    const writing = this.#flights.find(({ handles }) => handles.has(draft.handle))
    if (writing) await writing.done
    this.#drafts.set(draft.handle, draft)
    if (this.#drafts.size >= BATCH) await this.#send()
  }

  async finish(): Promise<void> {
    await this.#send()
    await Promise.all(this.#flights.map(({ done }) => done))
  }

  async #send(): Promise<void> {
    if (this.#drafts.size === 0) return
    while (this.#flights.length >= IN_FLIGHT) {
      await Promise.race(this.#flights.map(({ done }) => done))
    }
    const drafts = [...this.#drafts.values()]
    this.#drafts = new Map()
    const flight = {
      handles: new Set(drafts.map(({ handle }) => handle)),
      done: this.#write(drafts).finally(() => {
        this.#flights = this.#flights.filter((each) => each !== flight)
      }),
    }
    // A failure surfaces where the flight is awaited.
    flight.done.catch(() => {})
    this.#flights.push(flight)
  }

  async #write(drafts: ProductDraft[]): Promise<void> {
    const result = await writeProducts(this.workspaceId, this.source, drafts)
    this.changedIds.push(...result.changedIds)
    const { report } = this.log
    report.created += result.created
    report.updated += result.updated
    report.unchanged += result.unchanged
  }
}
