import { errors } from '@vinejs/vine'
import { findPhoneNumbersInText } from 'libphonenumber-js'
import type Conversation from '#app/sales_agent/conversations/models/conversation'
import { captureVisitorContact } from '#app/sales_agent/conversations/services/capture_visitor_contact'
import { say } from '#app/sales_agent/conversations/services/words'

export interface ContactForm {
  name?: string
  email?: string
  phone?: string
}

/**
 * Keeps what a visitor wrote into the contact form and makes them a lead.
 *
 * @returns the thanks, in the conversation's language
 * @throws a validation error on `phone` when it is no phone number
 */
export async function leaveContact(conversation: Conversation, form: ContactForm): Promise<string> {
  await captureVisitorContact(conversation, {
    name: form.name || null,
    email: form.email?.toLowerCase() ?? null,
    phone: form.phone ? readPhone(form.phone) : null,
  })
  const { locale, visitorName: name } = conversation
  return name ? say(locale, 'contact_thanks', { name }) : say(locale, 'contact_thanks_unnamed')
}

function readPhone(written: string): string {
  const found = findPhoneNumbersInText(written, 'FR')[0]
  if (found) return found.number.number
  throw new errors.E_VALIDATION_ERROR([
    { field: 'phone', message: 'This is not a phone number.', rule: 'phone' },
  ])
}
