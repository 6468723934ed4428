/** Conversations of the sales agent: turns, leads, handoff and facts for reports. */
export {
  answerVisitor,
  type AnswerVisitorInput,
  type AnswerVisitorResult,
} from '#app/sales_agent/conversations/services/answer_visitor'
export {
  conversationFacts,
  type ConversationFacts,
} from '#app/sales_agent/conversations/services/conversation_facts'
export {
  agentProgress,
  countConversationsByDay,
  handoffsWaiting,
  latestConversations,
  type AgentProgress,
  type LatestConversation,
} from '#app/sales_agent/conversations/services/overview'
export {
  productsShown,
  type ShownProduct,
} from '#app/sales_agent/conversations/services/products_shown'
export { OpenConversation } from '#app/sales_agent/conversations/services/open_conversation'
