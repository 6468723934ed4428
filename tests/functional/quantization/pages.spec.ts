import { test } from '@japa/runner'
import db from '@adonisjs/lucid/services/db'
import { RunJob } from '#app/quantization/services/run_job'
import { StartJob } from '#app/quantization/services/start_job'
import { QuantizationJob } from '#quantization'
import { givenAModel, message } from '#tests/helpers/quantization/models'
import { ScriptedGpu } from '#tests/helpers/quantization/scripted_gpu'
import { givenAWorkspace } from '#tests/helpers/workspaces'

const SYSTEM = { actorKind: 'system', actorId: null } as const

test.group('Quantization pages', (group) => {
  group.each.setup(async () => {
    await db.from('quantization_jobs').where('state', 'queued').update({ state: 'cancelled' })
    return new ScriptedGpu().install()
  })

  test('every page, in both languages, from the empty room to the report', async ({
    client,
    assert,
  }) => {
    const { user, workspace, apiKey } = await givenAWorkspace({
      plans: { quantization: 'starter' },
    })
    const seen = async (path: string, words: Record<'en' | 'fr', RegExp>) => {
      for (const locale of ['en', 'fr'] as const) {
        const page = await client.get(path).loginAs(user).header('accept-language', locale)
        assert.equal(page.status(), 200, path)
        assert.match(page.text(), words[locale], `${path} (${locale})`)
        const missing = page.text().match(/translation missing[^<]*|\bquantization\.[\w.]+</gi)
        assert.deepEqual(missing ?? [], [], path)
      }
    }
    await seen('/quantization', { en: /No model yet/, fr: /Aucun modèle/ })
    await seen('/quantization/jobs', { en: /No job yet/, fr: /Aucune tâche/ })
    await seen('/quantization/models/new', { en: /Drop files/, fr: /Déposez/ })
    await seen('/quantization/settings', { en: /Limits of the verdict/, fr: /Limites du verdict/ })

    const model = await givenAModel(apiKey)
    await seen(`/quantization/models/${model.id}`, { en: /Do it/, fr: /Lancer/ })
    const broken = await givenAModel(apiKey, 'broken')
    await seen(`/quantization/models/${broken.id}`, { en: /cannot be used/, fr: /inutilisable/ })

    const made = await client
      .post(`/quantization/models/${model.id}/jobs`)
      .loginAs(user)
      .withCsrfToken()
      .form({ choice: 'int8', perChannel: 'true', excludeNodes: 'a\r\nb\r\n' })
      .redirects(0)
    assert.equal(made.status(), 302)
    const job = await QuantizationJob.in(workspace.id).firstOrFail()
    assert.deepEqual(job.options, {
      perChannel: true,
      reduceRange: false,
      excludeNodes: ['a', 'b'],
    })
    await seen(`/quantization/jobs/${job.id}`, {
      en: /Waiting for its turn/,
      fr: /Attend son tour/,
    })
    await new RunJob().handle(message(), new AbortController().signal)
    await seen(`/quantization/jobs/${job.id}`, { en: /behaves like/, fr: /se comporte/ })
    await client
      .post(`/quantization/jobs/${job.id}/downloads`)
      .loginAs(user)
      .withCsrfToken()
      .redirects(0)
    await seen(`/quantization/jobs/${job.id}`, { en: /Take back/, fr: /Révoquer/ })
    await seen('/quantization/jobs?status=succeeded', { en: /Pass/, fr: /Validé/ })
    await seen(`/quantization/models/${model.id}?rerun=${job.id}`, {
      en: /earlier job/,
      fr: /précédente/,
    })
    const pdf = await client.get(`/quantization/jobs/${job.id}/report.pdf`).loginAs(user)
    assert.equal(pdf.header('content-type'), 'application/pdf')
    assert.equal(pdf.header('content-disposition'), 'attachment; filename="tiny-int8.pdf"')
  })

  test('limits and prices of the workspace count from then on', async ({ client, assert }) => {
    const { user, workspace, apiKey } = await givenAWorkspace()
    const model = await givenAModel(apiKey)
    const started = await new StartJob().handle({
      workspaceId: workspace.id,
      modelId: model.id,
      method: 'int8',
      options: {},
      actor: SYSTEM,
    })
    assert.isTrue(started.ok)
    const post = (path: string, form: Record<string, unknown>) =>
      client.post(path).loginAs(user).withCsrfToken().form(form).redirects(0)
    const pair = (pass: number, fail: number) => ({ pass, fail })
    await post('/quantization/settings', {
      thresholds: {
        perplexityRise: pair(0.1, 0.3),
        klMean: pair(0.1, 0.3),
        topTokenAgreement: pair(0.8, 0.6),
        cosine: pair(0.99999, 0.9),
        topOneAgreement: pair(0.98, 0.9),
      },
      keepDays: 30,
    })
    await post('/quantization/settings/savings', {
      requestsPerMonth: 1000,
      hoursPerMonth: 100,
      tokensPerRequest: 50,
      instances: [{ name: 'own', memoryGb: 4, price: 0.5 }, { name: '' }],
    })
    await new RunJob().handle(message(), new AbortController().signal)
    const job = await QuantizationJob.in(workspace.id).firstOrFail()
    assert.equal(job.verdict, 'look_closer')
    const page = await client.get(`/quantization/jobs/${job.id}`).loginAs(user)
    assert.include(page.text(), 'own')
  })

  test('a viewer looks and does not touch; a path is for the operator', async ({
    client,
    assert,
  }) => {
    const { user, workspace, apiKey } = await givenAWorkspace()
    const model = await givenAModel(apiKey)
    const path = await client
      .post('/quantization/models')
      .loginAs(user)
      .withCsrfToken()
      .form({ path: '/etc/passwd' })
      .redirects(0)
    assert.equal(path.header('location'), '/quantization/models/new')
    await db.from('memberships').where('workspace_id', workspace.id).update({ role: 'viewer' })
    const page = await client.get(`/quantization/models/${model.id}`).loginAs(user)
    assert.equal(page.status(), 200)
    assert.notInclude(page.text(), 'Do it')
    for (const address of [
      '/quantization/models',
      `/quantization/models/${model.id}/jobs`,
      `/quantization/models/${model.id}/delete`,
      '/quantization/uploads',
    ]) {
      const answer = await client.post(address).loginAs(user).withCsrfToken().form({})
      assert.equal(answer.status(), 403, address)
    }
  })
})
