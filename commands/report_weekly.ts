import { writeFile } from 'node:fs/promises'
import { BaseCommand, flags } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'

export default class ReportWeekly extends BaseCommand {
  static override commandName = 'report:weekly'
  static override description = 'Writes the weekly report of a workspace as a PDF'
  static override options: CommandOptions = { startApp: true }

  @flags.string({ description: 'Id, slug or name of the workspace', required: true })
  declare workspace: string

  @flags.string({ description: 'Week, e.g. 2026-W47; the last closed one when absent' })
  declare week?: string

  @flags.string({ description: 'File to write', default: 'report.pdf' })
  declare out: string

  @flags.string({ description: 'en or fr; the language of the workspace when absent' })
  declare locale?: string

  override async run() {
    const { findWorkspace } = await import('#accounts')
    const { closedWeek, parseWeek, renderWeeklyPdf, weeklyReport } = await import('#reports')

    const workspace = await findWorkspace(this.workspace)
    if (!workspace) return this.refuse(`There is no workspace ${this.workspace}.`)
    const week = this.week ? parseWeek(this.week) : closedWeek(new Date(), workspace.timezone)
    if (!week) return this.refuse(`${this.week} is not a week. Write it as 2026-W47.`)
    if (this.locale && !['en', 'fr'].includes(this.locale)) {
      return this.refuse(`${this.locale} is not a language of the reports. Choose en or fr.`)
    }

    const started = performance.now()
    const report = await weeklyReport({
      workspaceId: workspace.id,
      week,
      fresh: true,
      ...(this.locale ? { locale: this.locale } : {}),
    })
    const pdf = await renderWeeklyPdf(report)
    try {
      await writeFile(this.out, pdf)
    } catch (error) {
      return this.refuse(`${this.out} cannot be written: ${(error as Error).message}`)
    }
    console.log(
      JSON.stringify({
        workspaceId: workspace.id,
        week,
        locale: report.locale,
        file: this.out,
        bytes: pdf.byteLength,
        milliseconds: Math.round(performance.now() - started),
      })
    )
  }

  refuse(message: string) {
    this.exitCode = 1
    this.logger.error(message)
  }
}
