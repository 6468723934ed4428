import { DateTime } from 'luxon'
import { Task } from '#crm'

export interface TaskDue {
  id: string
  title: string
  dueOn: string | null
  overdue: boolean
}

/** Open tasks, the most urgent first; those without a date last. */
export async function tasksDue(
  workspaceId: string,
  zone: string,
  limit: number,
  now = new Date()
): Promise<TaskDue[]> {
  const today = DateTime.fromJSDate(now).setZone(zone).toISODate()!
  const tasks = await Task.in(workspaceId)
    .whereNull('doneAt')
    .orderByRaw('due_on asc nulls last, id')
    .limit(limit)
  return tasks.map(({ id, title, dueOn }) => {
    const day = dueOn?.toISODate() ?? null
    return { id, title, dueOn: day, overdue: day !== null && day < today }
  })
}
