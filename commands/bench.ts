import { readdir } from 'node:fs/promises'
import { BaseCommand, args } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { type BenchRow, formatRows } from '#tests/bench/table'

/** Runs the benchmarks of tests/bench and prints their figures beside their targets. */
export default class Bench extends BaseCommand {
  static override commandName = 'bench'
  static override description = 'Run the benchmarks (a development checkout only)'
  static override options: CommandOptions = { startApp: true }

  @args.string({ required: false, description: 'Only files whose path contains this' })
  declare filter?: string

  override async run() {
    const root = this.app.makePath('tests/bench')
    const found = await readdir(root, { recursive: true })
    const files = found
      .filter((file) => /\.bench\.(ts|js)$/.test(file) && file.includes(this.filter ?? ''))
      .sort()

    const rows: BenchRow[] = []
    for (const file of files) {
      this.logger.info(`measuring ${file}`)
      const { run } = (await import(`${root}/${file}`)) as { run: () => Promise<BenchRow[]> }
      rows.push(...(await run()))
    }
    console.log(formatRows(rows))
  }
}
