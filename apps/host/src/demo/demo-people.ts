import type { DemoPlan } from './demo-plan.js';
import type { DemoTable } from './demo-table.js';
import { LANGUAGES, prose } from './demo-text.js';
import { anyMoment, moment } from './demo-time.js';

const NAMES = [
  ...['Zoë Brontë', 'Jürgen Weiß', 'François Lefèvre', 'Łukasz Żółć', 'Иван Щукин', 'Олена Їжак', 'Γιώργος Ψαρρός'],
  ...['ليلى حسن', 'נועה לוי', 'अनिल शर्मा', '王小明', '佐藤 花子', '김민준', 'สมชาย ใจดี', "Sinéad O'Hara", 'Nguyễn Ái'],
] as const;

const ROLES = ['administrator', 'archivist', 'teacher', 'student', 'student', 'student', 'student'] as const;

export function peopleTables(plan: DemoPlan): readonly DemoTable[] {
  return [
    {
      name: 'users',
      columns: [
        ...['id', 'email', 'display_name', 'role', 'is_active', 'preferences', 'biography', 'created_at'],
        'last_seen_at',
      ],
      count: plan.users,
      row: (index, random) => [
        index + 1,
        `user${index + 1}@example.org`,
        `${random.pick(NAMES)} ${index + 1}`,
        random.pick(ROLES),
        random.chance(0.9),
        random.chance(0.2)
          ? null
          : JSON.stringify({ theme: 'dark', pageSize: random.integer(10, 100), tags: ['é', '🎓'] }),
        prose(random, random.pick(LANGUAGES), 3),
        anyMoment(random),
        random.chance(0.2) ? null : moment(random, 3),
      ],
    },
  ];
}
