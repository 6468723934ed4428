import type User from '#app/accounts/models/user'

/**
 * Whether somebody looks after the box itself, whatever their role in a workspace is: what costs
 * the box money, across all workspaces, is theirs to decide.
 */
export function isOperator(user: Pick<User, 'isOperator'>): boolean {
  return user.isOperator
}
