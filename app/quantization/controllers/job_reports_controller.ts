import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { sendPdf } from '#shared/pdf/send_pdf'
import { viewFormatters } from '#shared/view/formatters'
import QuantizationFile from '#app/quantization/models/quantization_file'
import { savingsOf } from '#app/quantization/proof/savings'
import { findJob } from '#app/quantization/queries/find_job'
import { renderJobPdf, type JobReport } from '#app/quantization/report/render_job_pdf'
import { resultName } from '#app/quantization/services/result_name'
import { readSettings } from '#app/quantization/services/workspace_settings'

/** A finished job as a PDF for a presentation. */
export default class JobReportsController {
  async show(ctx: HttpContext) {
    const { workspace, params, i18n } = ctx
    const job = await findJob(workspace.id, params.id)
    if (job.state !== 'succeeded' || !job.result) throw new E_NOT_FOUND()
    const [files, settings] = await Promise.all([
      QuantizationFile.in(workspace.id).where('jobId', job.id).orderBy('name'),
      readSettings(workspace.id),
    ])
    const pdf = await renderJobPdf({
      job: job as JobReport['job'],
      files,
      savings: savingsOf(job.evaluation ?? job.result, settings.savings),
      workspace,
      i18n,
      fmt: viewFormatters(i18n, () => workspace.timezone),
    })
    const name = resultName(job, job.model.name).replace(/\.(onnx|gguf)$/, '')
    sendPdf(ctx, pdf, `${name}.pdf`)
  }
}
