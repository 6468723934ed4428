import vine from '@vinejs/vine'

export const probeBody = vine.create({
  name: vine.string().trim().minLength(1).maxLength(50),
  delayMs: vine.number().range([0, 2000]).optional(),
})

export const probeAnswer = vine.create({ name: vine.string(), call: vine.number() })
