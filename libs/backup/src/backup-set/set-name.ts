/** `20261121T221005Z-database-3f9c2a`: UTC time, type, six random hex digits. */
export const SET_NAME = /^\d{8}T\d{6}Z-[a-z]{1,20}-[0-9a-f]{6}$/;
