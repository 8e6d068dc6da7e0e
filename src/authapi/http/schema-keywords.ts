/** Marks a schema whose values are never sent back. */
export const SECRET = 'x-secret';

/** Says in a schema, in plain words, what a value must be that does not fit it. */
export const FAULT = 'x-fault';
