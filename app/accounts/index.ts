/**
 * Accounts: workspaces, members, sign-in, API keys. The public face for rooms above.
 */
import './events.js'

export { default as User } from './models/user.js'
export { default as Workspace } from './models/workspace.js'
export { default as Membership } from './models/membership.js'
export { OpenWorkspace, type OpenWorkspaceInput } from './services/open_workspace.js'
export { ROLES, roleAllows, type Role } from './roles.js'
export type { WorkspaceOpened } from './events.js'
