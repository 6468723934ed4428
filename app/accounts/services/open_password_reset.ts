import db from '@adonisjs/lucid/services/db'
import { appUrl } from '#config/app'
import User from '#app/accounts/models/user'
import { newSecretToken } from '#app/accounts/services/secret_token'

/** How long a link opens the form: long enough for a slow mail server, short for a lost phone. */
export const RESET_MINUTES = 60

/** Makes a link that sets a new password once. Older links of the same person become void. */
export async function openPasswordReset(
  email: string
): Promise<{ user: User; url: string } | null> {
  const user = await User.findBy('email', email)
  if (!user) return null
  const { token, hash } = newSecretToken()
  await db.rawQuery(
    `insert into password_resets (user_id, token_hash, expires_at)
     values (:userId, :hash, now() + make_interval(mins => :minutes))
     on conflict (user_id) do update
       set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
    { userId: user.id, hash, minutes: RESET_MINUTES }
  )
  return { user, url: new URL(`/reset-password/${token}`, appUrl).href }
}
