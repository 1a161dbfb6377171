import { z } from 'zod';
import { MAX_PAGE_SIZE } from '../../catalog/page.js';

/** Ids of the catalog are INT columns. */
const LARGEST_ID = 2_147_483_647;

/** A positive whole number in a path or query. */
export const wholeNumber = (largest: number, what: string): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/, `is not ${what}`)
    .transform(Number)
    .refine((value) => value <= largest, `is not ${what}`);

export const id = wholeNumber(LARGEST_ID, 'an id').meta({ description: 'Id of a row', example: '12' });

/** Of rows of which there may be more than of others. */
export const bigId = wholeNumber(Number.MAX_SAFE_INTEGER, 'an id').meta({ description: 'Id of a row', example: '12' });

export const idParams = z.strictObject({ id });

export const pageQuery = {
  limit: wholeNumber(MAX_PAGE_SIZE, `a number of rows from 1 to ${String(MAX_PAGE_SIZE)}`)
    .optional()
    .meta({ description: 'Rows a page. Default: 50' }),
};

export const flagQuery = z.enum(['true', 'false']).transform((text) => text === 'true');

/** An instant, such as `2026-11-22T10:00:00Z`. */
export const instantQuery = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Names of databases and tables, patterns included. */
export const names = z.array(z.string().min(1).max(256)).max(1000);

/** Paths of files within their root, patterns included. */
export const paths = z.array(z.string().min(1).max(4096)).max(1000);

/** For reading only: it never comes back. */
export const passphrase = z
  .string()
  .min(1)
  .max(1024)
  .meta({ description: 'Opens what is encrypted with a passphrase; never given back', format: 'password' });

/** How hard work may be: as `--max-rate` and `--nice`. */
export const pace = {
  maxRate: z.number().positive().optional(),
  nice: z.int().min(0).max(19).optional(),
};

/** The same of work that several threads share. */
export const effort = { threads: z.int().min(1).max(64).optional(), ...pace };

/** A key of the catalog, by id or label. */
export const keyReference = z.union([z.int().min(1), z.string().min(1).max(191)]);

/** Of work that need not begin at once. */
export const waiting = {
  interactive: z
    .boolean()
    .optional()
    .meta({ description: 'Wait until it is confirmed; its settings can be changed until then. Default: false' }),
  executeAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional()
    .meta({ description: 'Wait until this time. Default: begin at once' }),
};

/** For bodies with {@link waiting}. */
export const WAITS_FOR_ONE: [(body: { interactive?: boolean; executeAt?: Date }) => boolean, string] = [
  ({ interactive, executeAt }) => interactive !== true || executeAt === undefined,
  'give executeAt when you confirm it, or leave interactive out',
];

export const time = z.iso.datetime().meta({ example: '2026-11-22T10:00:00.000Z' });

export function instant(date: Date): string {
  return date.toISOString();
}

export function instantOrNull(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

export function epochInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A page of a list, and where the next one begins. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodInt> }> {
  return z.object({
    items: z.array(item),
    next: z
      .int()
      .nullable()
      .meta({ description: 'What to ask for as `before` or `after` to go on; null: that was the last page' }),
  });
}

/** Where the next page begins: at the last row, if the page is full. */
export function nextPage(rows: readonly { readonly id: number }[], limit = 50): number | null {
  return rows.length < limit ? null : (rows.at(-1)?.id ?? null);
}
