/** What a manifest says made it. */
export const TOOL = { name: 'nestjs-backup', version: '0.1.0' } as const;
