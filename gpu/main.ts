/*
 * The GPU process: started and supervised by the application, which sends orders as declared in
 * protocol.ts. It has no database, no HTTP and no secrets, and ends with its parent.
 */
import { handlers } from './process/handlers.js'
import { openChannel } from './process/open_channel.js'
import { Server } from './process/serve.js'

const channel = openChannel()
const server = new Server(handlers, channel)
await channel.open((message) => server.receive(message))
