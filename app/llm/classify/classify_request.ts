import type { RequestClass } from '#wallet'

/** Words that announce long work: reports, strategies, several projects at once. */
const ADVANCED =
  /\b(strat[eé]g|business plan|plan d['’]affaires|rapport (complet|annuel|de direction)|full report|executive report|multi-?proj|tous (les|mes|nos) projets|all (my|our)? ?projects|audit complet|forecast|pr[eé]visions? sur)/i

/** Words that ask for analysis, comparison or a plan rather than a fact. */
const COMPLEX =
  /\b(analy[sz]|compar|risqu|risk|optimi[sz]|tendance|trend|pourquoi|why|explain|expliqu|plan d['’]action|action plan|recommand|recommend|prioris|prioriti[sz]e|pr[eé]di[tc])/i

/** Short everyday rewording and extraction. */
const SIMPLE =
  /\b(tradui|translat|corrig|correct the|orthograph|spell|oui ou non|yes or no|titre|title|bonjour|hello|merci|thanks|date|heure|time)/i

/** Purposes whose class does not depend on the words. */
const BY_PURPOSE: Record<string, RequestClass> = {
  'llm.test': 'simple',
  'sales_agent.answer': 'standard',
}

/**
 * Decides the request class by rules: the purpose first, then words that announce the work,
 * then the length of what was asked. Rules are checked from the dearest class down, so that an
 * unclear request never gets a model that is too small for what it names.
 */
export function classifyRequest(purpose: string, prompt: string): RequestClass {
  const known = BY_PURPOSE[purpose]
  if (known) return known
  const words = prompt.trim().split(/\s+/).length
  if (ADVANCED.test(prompt) || words > 1_500) return 'advanced'
  if (COMPLEX.test(prompt) || words > 300) return 'complex'
  if (words <= 12 || (SIMPLE.test(prompt) && words <= 60)) return 'simple'
  return 'standard'
}
