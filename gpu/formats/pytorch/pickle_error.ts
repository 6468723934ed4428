/** A pickle that is damaged or of a kind that is not read; the file's reader adds its name. */
export class PickleError extends Error {}
