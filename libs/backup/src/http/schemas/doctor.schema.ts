import { z } from 'zod';
import type { DoctorReport } from '../../doctor/doctor-report.js';
import { instant, time } from './common.schema.js';

const status = z.enum(['ok', 'warning', 'error']);

export const doctorBody = z.object({
  status: status.meta({ description: 'The worst of the lines' }),
  checkedAt: time,
  lines: z.array(
    z.object({
      check: z.string().meta({ description: 'What was looked at: server, storage, keys and so on' }),
      status,
      message: z.string(),
      cure: z.string().nullable().meta({ description: 'What to do, where the message does not say it' }),
    }),
  ),
});
export type DoctorBody = z.infer<typeof doctorBody>;

export function presentDoctor({ status: worst, checkedAt, lines }: DoctorReport): DoctorBody {
  return { status: worst, checkedAt: instant(checkedAt), lines: [...lines] };
}
