export const JSON_TYPE = 'application/json';
/** Of problem details. */
export const PROBLEM_TYPE = 'application/problem+json';
/** Of server-sent events. */
export const EVENTS_TYPE = 'text/event-stream';
/** Of whole backups. */
export const TAR_TYPE = 'application/x-tar';
