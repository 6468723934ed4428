import { api } from '#shared/api/route'
import {
  conversationShape,
  openConversationValidator,
  sendMessageValidator,
  turnShape,
} from './validators/conversation.js'

const apiConversations = () => import('./controllers/api_conversations_controller.js')

api.post('/conversations', [apiConversations, 'store'], {
  scope: 'sales_agent:write',
  tag: 'Conversations',
  summary: 'Open a conversation with the sales agent',
  description: 'Free until the first message. The greeting says that an AI answers.',
  body: openConversationValidator,
  response: conversationShape,
  status: 201,
})

api.post('/conversations/:id/messages', [apiConversations, 'send'], {
  scope: 'sales_agent:write',
  tag: 'Conversations',
  summary: 'Send a visitor’s message and read the answer',
  description:
    'With `Accept: text/event-stream` the answer comes as events: `token` with `{"text"}`, `products` with `{"products"}`, then `done` with the whole turn.',
  body: sendMessageValidator,
  response: turnShape,
  produces: ['text/event-stream'],
})
