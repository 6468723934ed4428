import db from '@adonisjs/lucid/services/db'
import env from '#start/env'

/**
 * Whether strangers may open an account. With `SIGN_UP=invite` only the first person may, who
 * sets the box up; everybody after them is invited, or made on the command line.
 */
export async function signUpIsOpen(): Promise<boolean> {
  if (env.get('SIGN_UP') !== 'invite') return true
  return !(await db.from('users').select('id').first())
}

/** Whether somebody with this e-mail has an invitation that is still open. */
export async function isInvited(email: string): Promise<boolean> {
  const invitation = await db
    .from('invitations')
    .where('email', email)
    .where('expires_at', '>', new Date())
    .select('id')
    .first()
  return Boolean(invitation)
}
