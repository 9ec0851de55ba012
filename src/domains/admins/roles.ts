/** Each role may do what those before it may. */
export const ROLES = ["read", "support", "admin"] as const;
export type Role = (typeof ROLES)[number];

export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
