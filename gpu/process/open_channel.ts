import { type Backend, type FromGpu, PROTOCOL_VERSION } from '../protocol.js'
import type { Channel } from './serve.js'

/** The IPC channel to the parent, without whom there is nothing to do. */
export function openChannel() {
  if (!process.send) {
    console.error('This is a part of Comptoir; it is started by the application.')
    process.exit(1)
  }
  const send = (message: FromGpu) => void process.send!(message, () => {})
  const log = (error: unknown) => console.error(error)

  process.on('disconnect', () => process.exit(0))
  // Ctrl-C on a terminal reaches children too; the parent decides when this one ends.
  process.on('SIGINT', () => {})
  process.on('uncaughtException', (error) => {
    log(error)
    process.exit(1)
  })

  return {
    send,
    log,
    async open(receive: (message: unknown) => void): Promise<void> {
      process.on('message', receive)
      send({ type: 'ready', protocol: PROTOCOL_VERSION, backend: await findBackend() })
    },
  } satisfies Channel & { open: unknown }
}

/** ONNX models need no llama.cpp: a machine without its library says so and works on. */
async function findBackend(): Promise<Backend> {
  try {
    const { detectBackend } = await import('../llama/library.js')
    return detectBackend()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { name: 'cpu', reason, devices: [], versions: {} }
  }
}
