import vine from '@vinejs/vine'

export const agentSettingsValidator = vine.create({
  name: vine.string().trim().minLength(1).maxLength(40),
  greeting_en: vine.string().trim().maxLength(300).optional(),
  greeting_fr: vine.string().trim().maxLength(300).optional(),
  colour: vine.string().regex(/^#[\da-f]{6}$/i),
  /** One address per line. */
  allowed_origins: vine.string().trim().maxLength(4_000).optional(),
  branding: vine.boolean().optional(),
  asks_for_contact: vine.boolean().optional(),
})
