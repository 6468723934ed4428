import { plans, type PlanDefinition, type PlanLine } from '#config/plans'
import { E_UNKNOWN_PLAN, E_UNKNOWN_PLAN_LINE } from '#app/wallet/errors'

export interface Plan extends PlanDefinition {
  line: PlanLine
  id: string
}

export const PLAN_LINES = Object.keys(plans) as PlanLine[]

/** @throws E_UNKNOWN_PLAN_LINE */
export function requireLine(line: string): PlanLine {
  const known = PLAN_LINES.find((candidate) => candidate === line)
  if (!known) throw new E_UNKNOWN_PLAN_LINE([line, PLAN_LINES.join(', ')])
  return known
}

/** @throws E_UNKNOWN_PLAN_LINE, E_UNKNOWN_PLAN */
export function requirePlan(line: string, id: string): Plan {
  const known = requireLine(line)
  const definition = Object.hasOwn(plans[known].plans, id) ? plans[known].plans[id] : undefined
  if (!definition) {
    throw new E_UNKNOWN_PLAN([line, id, Object.keys(plans[known].plans).join(', ')])
  }
  return { line: known, id, ...definition }
}

export function plansOfLine(line: PlanLine): Plan[] {
  return Object.keys(plans[line].plans).map((id) => requirePlan(line, id))
}

/** What a line gives for nothing; null when everything in it costs money. */
export function freePlanOf(line: PlanLine): Plan | null {
  const id = plans[line].default
  const plan = id === null ? null : requirePlan(line, id)
  return plan?.priceCents === 0 ? plan : null
}
