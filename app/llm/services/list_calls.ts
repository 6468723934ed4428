import LlmCall from '#app/llm/models/llm_call'
import { decodeCursor, pageOf, type Page } from '#shared/pagination'

const PER_PAGE = 30

/** Calls of a workspace, newest first (their ids grow with time). */
export async function listCalls(workspaceId: string, cursor?: string): Promise<Page<LlmCall>> {
  const after = decodeCursor(cursor, ['uuid'])
  const rows = await LlmCall.in(workspaceId)
    .if(after, (query) => query.where('id', '<', String(after![0])))
    .orderBy('id', 'desc')
    .limit(PER_PAGE + 1)
  return pageOf(rows, PER_PAGE, ({ id }) => [id])
}
