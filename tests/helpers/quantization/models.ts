import { randomUUID } from 'node:crypto'
import { QuantizationModel } from '#quantization'
import { ReadModel } from '#app/quantization/services/read_model'

/** A small model, sent as the body and read. */
export async function givenAModel(
  apiKey: string,
  content = 'weights '.repeat(100)
): Promise<QuantizationModel> {
  const sent = await sendModel(apiKey, content)
  if (sent.status !== 201) throw new Error(await sent.text())
  const model = (await sent.json()) as { id: string }
  const { workspaceId } = await QuantizationModel.acrossWorkspaces()
    .where('id', model.id)
    .firstOrFail()
  await new ReadModel().handle(
    { workspaceId, modelId: model.id },
    new AbortController().signal,
    true
  )
  return QuantizationModel.in(workspaceId).where('id', model.id).firstOrFail()
}

export function addressOfBox(path: string): string {
  return `http://${process.env.HOST}:${process.env.PORT}${path}`
}

export function sendModel(apiKey: string, content: string, name = 'tiny.onnx'): Promise<Response> {
  return fetch(addressOfBox(`/api/v1/models?name=${encodeURIComponent(name)}`), {
    method: 'POST',
    headers: { 'authorization': `Bearer ${apiKey}`, 'content-type': 'application/octet-stream' },
    body: content,
  })
}

/** A message of the queue, as far as RunJob looks at one. */
export const message = () => randomUUID()
