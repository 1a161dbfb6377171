import type { RuleContext } from '@app/backup/database/compatibility/table-rule.js';
import type { ServerFeatures, SourceServer } from '@app/backup/database/compatibility/server-features.js';

const COMMON = ['latin1_swedish_ci', 'utf8mb3_general_ci', 'utf8mb4_general_ci', 'utf8mb4_unicode_ci'];

/** A server with a few collations of its kind. */
export function buildFeatures(flavour: ServerFeatures['flavour'], more: Partial<ServerFeatures> = {}): ServerFeatures {
  const own =
    flavour === 'mysql'
      ? ['utf8mb4_0900_ai_ci', 'utf8mb4_0900_as_cs']
      : ['utf8mb4_uca1400_ai_ci', 'utf8mb4_uca1400_nopad_ai_ci', 'utf8mb4_uca1400_as_cs'];
  const names = [...COMMON, 'utf8mb4_unicode_520_ci', 'utf8mb4_bin', ...own];
  return {
    flavour,
    version: flavour === 'mysql' ? '9.7.4' : '10.11.19-MariaDB',
    collations: new Map(names.map((name) => [name, name.split('_')[0]])),
    defaultCollations: new Map([
      ['latin1', 'latin1_swedish_ci'],
      ['utf8mb3', 'utf8mb3_general_ci'],
      ['utf8mb4', flavour === 'mysql' ? 'utf8mb4_0900_ai_ci' : 'utf8mb4_general_ci'],
    ]),
    allowsLooseReferences: flavour === 'mariadb',
    ...more,
  };
}

/** A set from the one kind of server on the way to the other. */
export function buildContext(flavour: ServerFeatures['flavour'], more: Partial<RuleContext> = {}): RuleContext {
  const source: SourceServer =
    flavour === 'mysql'
      ? { flavour: 'mariadb', version: '10.11.19-MariaDB', lowerCaseTableNames: 0 }
      : { flavour: 'mysql', version: '9.7.4', lowerCaseTableNames: 0 };
  return { source, server: buildFeatures(flavour), collationMap: new Map(), repeatedChecks: new Set(), ...more };
}
