/**
 * Accounts: workspaces, members, sign-in, API keys, notices, audit trail. The public face for
 * rooms above.
 */
import './events.js'

export { default as User } from './models/user.js'
export { default as Workspace } from './models/workspace.js'
export { default as Membership } from './models/membership.js'
export { OpenWorkspace, type OpenWorkspaceInput } from './services/open_workspace.js'
export { findWorkspace } from './services/find_workspace.js'
export { SignUp } from './services/sign_up.js'
export { CreateAccount } from './services/create_account.js'
export { chooseWorkspace } from './services/session.js'
export { ROLES, roleAllows, type Role } from './roles.js'
export { isOperator } from './services/is_operator.js'
export { recordAudit, type AuditEntryInput } from './services/record_audit.js'
export { notify, type NoticeInput } from './services/notify.js'
export { notifyOperators } from './services/notify_operators.js'
export { openPasswordReset } from './services/open_password_reset.js'
export { WORKSPACE_HEADER, MIN_ROLE_HEADER } from './mail/mail_headers.js'
export { NOTICE_TOPICS, type NoticeTopic } from './notice_topics.js'
export type { WorkspaceOpened } from './events.js'
