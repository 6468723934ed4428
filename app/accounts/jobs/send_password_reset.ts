import logger from '@adonisjs/core/services/logger'
import mail from '@adonisjs/mail/services/main'
import { smtpEnabled } from '#config/mail'
import { composePasswordResetMail } from '#app/accounts/mail/password_reset_mail'
import { openPasswordReset } from '#app/accounts/services/open_password_reset'

/**
 * Sends the link by e-mail. On a box without SMTP the link goes to the terminal that runs the
 * box, whose owner may do everything anyway; never into a log file, where secrets do not belong.
 */
export async function sendPasswordReset(
  email: string,
  terminal: { isTTY?: boolean; write(text: string): unknown } = process.stdout
): Promise<void> {
  if (!smtpEnabled() && !terminal.isTTY) {
    logger.info(
      'password reset asked for, no mail server: npm run ace -- account:reset-link --email <address> prints a link'
    )
    return
  }
  const opened = await openPasswordReset(email)
  if (!opened) return
  if (smtpEnabled()) {
    await mail.send((message) => composePasswordResetMail(message, opened.user, opened.url))
    return
  }
  terminal.write(`\nPassword reset for ${opened.user.email} (no SMTP_URL set):\n${opened.url}\n\n`)
}
