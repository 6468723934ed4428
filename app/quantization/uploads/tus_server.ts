import type { IncomingMessage, ServerResponse } from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { uploadsFolder } from '#app/quantization/storage/paths'

/** Whose upload a request is, and where its address lies; set by the controller. */
export interface UploadContext {
  /** Id for an upload that begins. */
  newId: string
  /** Address of the uploads, e.g. `/api/v1/models/uploads`. */
  base: string
  /** Most bytes that the file may have. */
  maxBytes: number
  /** The whole file is here. */
  onReceived(id: string, bytes: number): Promise<void>
}

const contexts = new WeakMap<IncomingMessage, UploadContext>()

/**
 * Resumable uploads (https://tus.io/protocols/resumable-upload, version 1.0.0): bytes go straight
 * from the connection to the disk, and an interrupted file goes on where it stopped. Who may send
 * what is decided before by the controller; this server knows files only.
 */
let server: Server | null = null

function tusServer(): Server {
  const contextOf = (request: { runtime?: { node?: { req: IncomingMessage } } }) => {
    const context = request.runtime?.node && contexts.get(request.runtime.node.req)
    if (!context) throw new Error('An upload came without its context')
    return context
  }
  server ??= new Server({
    path: '/',
    datastore: new FileStore({ directory: uploadsFolder() }),
    namingFunction: (request) => contextOf(request as never).newId,
    generateUrl: (request, { id }) => `${contextOf(request as never).base}/${id}`,
    maxSize: (request) => contextOf(request as never).maxBytes,
    // The portal sends from its own origin, programs need none.
    allowedOrigins: () => false,
    onUploadFinish: async (request, upload) => {
      await contextOf(request as never).onReceived(upload.id, upload.size ?? upload.offset)
      return {}
    },
  })
  return server
}

/** Answers a request of the protocol on the raw response. */
export async function serveTus(
  request: IncomingMessage,
  response: ServerResponse,
  context: UploadContext
): Promise<void> {
  contexts.set(request, context)
  await tusServer().handle(request, response)
}
