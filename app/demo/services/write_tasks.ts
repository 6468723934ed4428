import type { TransactionClientContract } from '@adonisjs/lucid/types/database'
import type { DateTime } from 'luxon'
import { Deal, Note, Task } from '#crm'
import type { LoadDemoInput } from '#app/demo/services/load_demo'
import type { SeededRandom } from '#shared/random'

const TASKS = [
  'Rappeler pour confirmer les tailles',
  'Envoyer le devis',
  'Vérifier le stock auprès du fournisseur',
  'Proposer un rendez-vous à l’atelier',
  'Relancer : pas de réponse depuis une semaine',
]
const NOTES = [
  'Préfère être contacté le matin.',
  'Hésite entre deux modèles, sensible au poids.',
  'Budget validé, attend la date de livraison.',
]

/** Something to do on the newest open deals, some of it late, and what was noted about them. */
export async function writeTasks(
  input: LoadDemoInput,
  dealIds: string[],
  now: DateTime,
  random: SeededRandom,
  trx: TransactionClientContract
): Promise<void> {
  const { workspaceId, userId } = input
  const deals = await Deal.in(workspaceId)
    .useTransaction(trx)
    .whereIn('id', dealIds.slice(-120))
    .where('status', 'open')
    .orderBy('createdAt', 'desc')
    .limit(14)
  for (const deal of deals) {
    const links = { dealId: deal.id, prospectId: deal.prospectId }
    await Task.create(
      {
        ...{ workspaceId, title: random.pick(TASKS), assigneeId: userId, ...links },
        dueOn: now.plus({ days: random.between(-3, 7) }).startOf('day'),
        doneAt: random.chance(0.2) ? now.minus({ hours: random.between(1, 40) }) : null,
      },
      { client: trx }
    )
    if (!random.chance(0.5)) continue
    await Note.create(
      { ...{ workspaceId, body: random.pick(NOTES), authorId: userId }, ...links },
      { client: trx }
    )
  }
}
