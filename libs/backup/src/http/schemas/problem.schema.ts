import { z } from 'zod';
import { PROBLEM_STATUS, type ProblemCode } from '../problem.js';

export const problemBody = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'One line: what happened, why, what to do' }),
  code: z.enum(Object.keys(PROBLEM_STATUS) as ProblemCode[]).meta({ description: 'Stable: branch on this' }),
  issues: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'What is wrong where in a request that is not valid' }),
});
