import type { HttpContext } from '@adonisjs/core/http'
import vine from '@vinejs/vine'
import { highestPriceOf, priceOf, REQUEST_CLASSES } from '#wallet'
import { localModel } from '#app/llm/local/local_model'
import { listLocalModels, refreshLocalModel } from '#app/llm/local/local_models'
import { candidatesOf } from '#app/llm/routing/candidates'
import { configuredProviders } from '#app/llm/routing/configured'
import { circuitOf } from '#app/llm/routing/health'
import { priceVersionOf } from '#app/llm/routing/prices'
import { listCalls } from '#app/llm/services/list_calls'
import { savedThisMonth } from '#app/llm/services/saved_this_month'
import { llm } from '#app/llm/services/llm'
import { failureKey } from '#app/llm/services/failure_key'
import { formatMicros } from '#shared/money'

const listValidator = vine.create({ cursor: vine.string().maxLength(1000).optional() })

/** "Connect a model": the active provider, a test call, and the log of calls. */
export default class ModelsController {
  async index({ request, view, workspace }: HttpContext) {
    const { cursor } = await request.validateUsing(listValidator)
    await refreshLocalModel()
    const providers = Object.values(configuredProviders()).filter((found) => found !== null)
    const classes = REQUEST_CLASSES.map((name) => ({
      name,
      from: priceOf(name),
      to: highestPriceOf(name),
      models: candidatesOf(name).map((candidate) => ({
        name: candidate.model,
        provider: candidate.provider.name,
        state: circuitOf(candidate.key).state,
        priced: candidate.provider.name === 'local' || priceVersionOf(candidate.model) !== null,
      })),
    }))
    const [localModels, savedNano] = await Promise.all([
      listLocalModels(),
      savedThisMonth(workspace.id),
    ])
    const page = await listCalls(workspace.id, cursor)
    return view.render('llm/models', {
      providers,
      classes,
      page,
      cursor,
      testPrice: priceOf('simple'),
      localModels,
      localStatus: localModel().status(),
      savedNano,
    })
  }

  /** A real call, so that what works here works for visitors. Never served from memory. */
  async test({ i18n, response, session, user, workspace }: HttpContext) {
    const startedAt = performance.now()
    const result = await llm.complete({
      workspaceId: workspace.id,
      purpose: 'llm.test',
      class: 'simple',
      system: 'Answer in one short sentence, in the language of the question.',
      messages: [{ role: 'user', text: testQuestion(i18n.locale) }],
      maxOutputTokens: 60,
      keep: 'never',
      actor: { kind: 'user', id: user.id },
    })
    if (result.ok) {
      session.flash(
        'success',
        i18n.t('llm.test_ok', {
          model: result.model,
          ms: Math.round(performance.now() - startedAt),
          text: result.text.trim().slice(0, 200),
          price: formatMicros(result.priceMicros, 'USD', i18n.locale),
        })
      )
    } else {
      session.flash('error', i18n.t(failureKey(result)))
    }
    return response.redirect().toRoute('llm.models.index')
  }
}

/** The time makes each test a new question: an answer from memory would prove nothing. */
function testQuestion(locale: string): string {
  const time = new Date().toISOString()
  return locale === 'fr'
    ? `Il est ${time}. Dites bonjour en une phrase.`
    : `It is ${time}. Say hello in one sentence.`
}
