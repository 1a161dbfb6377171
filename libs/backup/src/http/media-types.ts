export const JSON_TYPE = 'application/json';
/** Of problem details. */
export const PROBLEM_TYPE = 'application/problem+json';
/** Of whole backups. */
export const TAR_TYPE = 'application/x-tar';
