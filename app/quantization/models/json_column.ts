/** A jsonb column: the driver reads it by itself, but would write a list as an array of SQL. */
export const json = {
  prepare: (value: unknown) =>
    value === null || value === undefined ? value : JSON.stringify(value),
}
