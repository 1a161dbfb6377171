import { z } from 'zod';
import { fromBytes, fromText } from './byte-path.js';

/** Bytes as `toJsonBytes` writes them. */
export const jsonBytes = z.union([
  z.string().transform((text) => fromText(text)),
  z.strictObject({ base64: z.base64() }).transform(({ base64 }) => fromBytes(Buffer.from(base64, 'base64'))),
]);
