import vine from '@vinejs/vine'

/** Answer of `GET /api/v1/me`. A key acts for a workspace, so there is no person behind it. */
export const meResponse = vine.create({
  user: vine.object({ id: vine.string() }).nullable(),
  workspace: vine.object({
    id: vine.string().uuid(),
    name: vine.string(),
    slug: vine.string(),
    locale: vine.string(),
    timezone: vine.string(),
    currency: vine.string(),
  }),
  key: vine.object({ name: vine.string(), scopes: vine.array(vine.string()) }),
})
