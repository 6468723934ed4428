import router from '@adonisjs/core/services/router'
import { middleware } from '#start/kernel'
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

const conversations = () => import('./controllers/conversations_controller.js')

router
  .group(() => {
    router.get('/conversations', [conversations, 'index']).as('sales_agent.conversations.index')
    router
      .get('/conversations/events', [
        () => import('./controllers/conversation_events_controller.js'),
        'handle',
      ])
      .as('sales_agent.conversations.events')
    router.get('/conversations/:id', [conversations, 'show']).as('sales_agent.conversations.show')
    router
      .post('/conversations/:id/messages', [conversations, 'reply'])
      .use(middleware.role('agent'))
      .as('sales_agent.conversations.reply')
    router
      .post('/conversations/:id/status', [conversations, 'status'])
      .use(middleware.role('agent'))
      .as('sales_agent.conversations.status')
  })
  .use(middleware.auth())
