/** Roles from the most to the least powerful; each may do all that the later ones may. */
export const ROLES = ['owner', 'manager', 'agent', 'viewer'] as const

export type Role = (typeof ROLES)[number]

/** Tells whether someone with `role` may do what needs `required`. */
export function roleAllows(role: Role, required: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(required)
}
