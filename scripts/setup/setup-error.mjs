/** A failure of the set-up that a person can mend; its message is all they need to read. */
export class SetupError extends Error {}
