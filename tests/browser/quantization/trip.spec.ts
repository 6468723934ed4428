import { test } from '@japa/runner'
import { randomUUID } from 'node:crypto'
import { QuantizationJob, QuantizationModel } from '#quantization'
import { ReadModel } from '#app/quantization/services/read_model'
import { RunJob } from '#app/quantization/services/run_job'
import { givenAWorkspace } from '#tests/helpers/workspaces'
import { rawOnnx } from '#tests/helpers/models/raw_onnx'

const never = new AbortController().signal

test.group('Quantization in the browser', () => {
  test('upload, recommendation, live progress, verdict, download, PDF', async ({
    visit,
    browserContext,
    assert,
  }) => {
    const { user, workspace } = await givenAWorkspace()
    await browserContext.loginAs(user)
    const page = await visit('/quantization')
    await page.getByRole('link', { name: 'Add a model' }).first().click()
    await page.locator('input[type=file]').setInputFiles({
      name: 'classifier.onnx',
      mimeType: 'application/octet-stream',
      buffer: rawOnnx(256),
    })
    await page.getByText('Sent', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Read the model' }).click()
    await page.waitForURL(/\/quantization\/models\/[\da-f-]{36}$/)
    await page.getByText('Reading the model').first().waitFor()

    // The worker's part, done here: the real process reads the real file.
    const model = await QuantizationModel.in(workspace.id).firstOrFail()
    await new ReadModel().handle({ workspaceId: workspace.id, modelId: model.id }, never, true)
    await page.getByRole('button', { name: 'Do it' }).click()
    await page.waitForURL(/\/quantization\/jobs\/[\da-f-]{36}$/)
    await page.locator('[data-job-events]').getByText('Waiting for its turn').last().waitFor()

    await new RunJob().handle(randomUUID(), never)
    await page.getByRole('heading', { name: 'Verdict' }).waitFor()
    const job = await QuantizationJob.in(workspace.id).firstOrFail()
    assert.equal(job.state, 'succeeded')
    assert.isNotNull(job.verdict)
    assert.equal(job.evaluation?.kind, 'graph')

    await page.getByRole('button', { name: 'Make links' }).click()
    const link = page.getByRole('link', { name: 'classifier-int8.onnx' })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    assert.equal(download.suggestedFilename(), 'classifier-int8.onnx')
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Report (PDF)' }).click(),
    ])
    assert.equal(report.suggestedFilename(), 'classifier-int8.pdf')
  })
})
