import type { DatabaseRecord, Definition } from '../../backup-set/manifest.js';
import { definitionText } from '../definition-text.js';
import type { DefinedObject } from '../definitions.js';
import type { RestoreTarget } from '../restore/restore-targets.js';
import type { RestoredTable } from '../restore/restored-table.js';
import type { ServerConnection } from '../server-connection.js';
import { adaptTable, looseReferences, quotedNames, repeatedChecks } from './adapt-tables.js';
import { impliedCollation, nameOn, parseCollationMap, unknownCollations } from './collations.js';
import { modesOf, ruleDefinition } from './definition-rules.js';
import { calledFunctions, differingFunctions } from './functions.js';
import { NONE, SKIP, type Incompatibility, type Loss } from './incompatibility.js';
import { readServerFeatures, serverName, type SourceServer } from './server-features.js';
import { ServerProbe } from './server-probe.js';
import type { RuleContext } from './table-rule.js';

/** What the operator agrees to, so that a set can be restored to another kind of server. */
export interface CompatibilityConsent {
  /** `utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci`: collations of the backup, and those that take their place. */
  readonly mapCollations: readonly string[];
  /** Leave out what the server cannot have and no row needs. */
  readonly skipIncompatible: boolean;
}

/** How a backup fits the server it is to be restored to. */
export interface Compatibility {
  /** The server it was taken on: `MySQL 9.7.0`. */
  readonly from: string;
  /** The server it is restored to. */
  readonly to: string;
  /** What does not carry over, and keeps the backup from being restored. */
  readonly incompatible: readonly Incompatibility[];
  /** What is left out, by the operator's leave. */
  readonly skipped: readonly Incompatibility[];
  /** Tables that are proven by the sum of their rows, since their ranges cannot be compared, and why. */
  readonly provenBySum: readonly { readonly database: string; readonly table: string; readonly reason: string }[];
}

export interface AdaptedTargets {
  readonly targets: readonly RestoreTarget[];
  readonly compatibility: Compatibility;
}

/**
 * Turns what is restored to what the server can have, where it means the same there, and lists what does not carry over.
 * Nothing is written. A set of the very same server version is left as it is.
 *
 * @param database one that exists, in which the server is asked what it can read
 * @throws BackupError `invalid_option` for a map of collations that cannot be
 */
export async function adaptTargets(
  connection: ServerConnection,
  source: SourceServer,
  targets: readonly RestoreTarget[],
  consent: CompatibilityConsent,
  database: string,
): Promise<AdaptedTargets> {
  const server = await readServerFeatures(connection);
  const collationMap = parseCollationMap(consent.mapCollations, server);
  const names = { from: serverName(source), to: serverName(server) };
  if (source.flavour === server.flavour && source.version === server.version && collationMap.size === 0) {
    return { targets, compatibility: { ...names, incompatible: [], skipped: [], provenBySum: [] } };
  }
  const probe = new ServerProbe(connection, database);
  const definitions = targets.flatMap((target) => target.objects.map(({ definition }) => definition));
  const knownModes = await probe.knownModes(modesOf(definitions));
  const adapted: RestoreTarget[] = [];
  const losses: Incompatibility[] = [];
  for (const target of targets) {
    const context = {
      source,
      server,
      collationMap,
      repeatedChecks: repeatedChecks(target.tables),
    };
    const adapter = new TargetAdapter(target, context, probe, knownModes, consent.skipIncompatible);
    adapted.push(await adapter.adapt());
    losses.push(...adapter.losses);
  }
  const isSkipped = (loss: Incompatibility): boolean => consent.skipIncompatible && loss.remedy.kind === 'skip';
  return {
    targets: adapted,
    compatibility: {
      ...names,
      incompatible: losses.filter((loss) => !isSkipped(loss)),
      skipped: losses.filter(isSkipped),
      provenBySum: adapted.flatMap(({ live, tables }) =>
        tables.flatMap(({ name, proof }) =>
          proof.rows.kind === 'sum' ? [{ database: live, table: name, reason: proof.rows.reason }] : [],
        ),
      ),
    },
  };
}

/** Adapts one database. */
class TargetAdapter {
  readonly losses: Incompatibility[] = [];

  constructor(
    private readonly target: RestoreTarget,
    private readonly context: RuleContext,
    private readonly probe: ServerProbe,
    private readonly knownModes: ReadonlySet<string>,
    private readonly skips: boolean,
  ) {}

  async adapt(): Promise<RestoreTarget> {
    const source = this.adaptDatabase(this.target.source);
    const tables: RestoredTable[] = [];
    for (const table of this.target.tables) {
      tables.push(await this.adaptTable(table));
    }
    const { target } = this;
    const canSequence = this.context.server.flavour === 'mariadb';
    if (!canSequence) {
      for (const { name } of target.sequences) {
        this.lose('sequence', name, [{ reason: 'MySQL has no sequences', remedy: SKIP }]);
      }
    }
    return {
      ...target,
      source,
      tables,
      sequences: canSequence ? target.sequences : [],
      objects: await this.adaptObjects(),
    };
  }

  private adaptDatabase(database: DatabaseRecord): DatabaseRecord {
    const { server, source, collationMap } = this.context;
    const characterSet = nameOn(server.defaultCollations, database.characterSet);
    const implied = impliedCollation(database.characterSet, source, server);
    const named = database.collation === '' ? (implied ?? '') : database.collation;
    const collation = collationMap.get(named) ?? nameOn(server.collations, named);
    const hasComments = server.flavour === 'mariadb';
    if (this.target.isWhole) {
      this.lose('database', database.name, [
        ...(server.defaultCollations.has(characterSet)
          ? unknownCollations('its default', [collation], server)
          : [{ reason: `character set ${characterSet}`, remedy: NONE }]),
        ...(hasComments || database.comment === '' ? [] : [{ reason: 'its comment', remedy: SKIP }]),
      ]);
    }
    const isKnown = server.collations.has(collation);
    return {
      ...database,
      characterSet,
      // a staging schema has to have some collation: all that is made in it names its own
      collation: isKnown || this.target.isWhole ? collation : (server.defaultCollations.get(characterSet) ?? collation),
      comment: hasComments ? database.comment : '',
    };
  }

  private async adaptTable(table: RestoredTable): Promise<RestoredTable> {
    const { server } = this.context;
    const adapted = adaptTable(table, this.context);
    const losses = [
      ...adapted.losses,
      ...(server.allowsLooseReferences ? [] : looseReferences(table, this.target.tables)),
    ];
    // what the rules know is said in their words; the rest in the server's own
    const objection = losses.some(({ remedy }) => remedy.kind !== 'skip')
      ? null
      : await this.probe.objection(adapted.table.ddl, undefined);
    this.lose('table', table.name, [...losses, ...(objection === null ? [] : [{ reason: objection, remedy: NONE }])]);
    return adapted.table;
  }

  private async adaptObjects(): Promise<DefinedObject[]> {
    const kept: DefinedObject[] = [];
    const left = new Set<string>();
    for (const object of this.target.objects) {
      const { definition, losses } = ruleDefinition(object.definition, this.context, this.knownModes);
      const all = [...losses, ...(await this.objectLosses({ ...object, definition }, losses, left))];
      const kind = object.kind.toLowerCase();
      this.lose(kind, definition.name, all);
      if (this.skips && all.some(({ remedy }) => remedy.kind === 'skip')) {
        left.add(definition.name);
      } else {
        kept.push({ ...object, definition });
      }
    }
    return kept;
  }

  /** What the server says to a view, routine, trigger or event, and what it needs. */
  private async objectLosses(
    { kind, definition }: DefinedObject,
    losses: readonly Loss[],
    left: ReadonlySet<string>,
  ): Promise<Loss[]> {
    if (kind.startsWith('PACKAGE') && this.context.server.flavour === 'mysql') {
      return [{ reason: 'MySQL has no packages', remedy: SKIP }];
    }
    const text = definitionText(definition);
    const lost =
      kind === 'VIEW' ? [...quotedNames(text)].find((name) => name !== definition.name && left.has(name)) : undefined;
    if (lost !== undefined) {
      return [{ reason: `it uses ${lost}, which is left out`, remedy: SKIP }];
    }
    const found = await this.unknownFunctions(kind, text);
    if (losses.length > 0 || found.length > 0 || definition.encoding !== 'utf8') {
      return found;
    }
    const objection = await this.probe.objection(text, definition.sqlMode);
    return objection === null ? [] : [{ reason: objection, remedy: SKIP }];
  }

  private async unknownFunctions(kind: DefinedObject['kind'], text: string): Promise<Loss[]> {
    const own = new Set(this.target.source.routines.map(({ name }: Definition) => name.toLowerCase()));
    const called = kind === 'VIEW' ? calledFunctions(text) : differingFunctions(text);
    const unknown: Loss[] = [];
    for (const name of called.filter((candidate) => !own.has(candidate))) {
      if (!(await this.probe.knowsFunction(name))) {
        unknown.push({ reason: `function ${name}()`, remedy: SKIP });
      }
    }
    return unknown;
  }

  private lose(kind: string, name: string, losses: readonly Loss[]): void {
    const database = this.target.source.name;
    this.losses.push(...losses.map((loss) => ({ database, kind, name, ...loss })));
  }
}
