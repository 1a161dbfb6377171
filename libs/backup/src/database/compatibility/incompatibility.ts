/** What lets a restore go on without something that the server cannot have. */
export type Remedy =
  /** Another collation, by `--map-collation`. */
  | { readonly kind: 'map-collation'; readonly collation: string; readonly suggestions: readonly string[] }
  /** Leaving it out, by `--skip-incompatible`: no row is lost. */
  | { readonly kind: 'skip' }
  /** Nothing but leaving the whole table out. */
  | { readonly kind: 'none' };

/** Something that does not carry over to a server. */
export interface Loss {
  /** One line, for example `column notes: type uuid`. */
  readonly reason: string;
  readonly remedy: Remedy;
}

/** Something of a backup that the server it is to be restored to cannot have. */
export interface Incompatibility extends Loss {
  /** As it is named in the backup. */
  readonly database: string;
  /** `database`, `table`, `sequence`, `view`, `procedure`, `function`, `package`, `package body`, `trigger` or `event`. */
  readonly kind: string;
  readonly name: string;
}

export const SKIP: Remedy = { kind: 'skip' };
export const NONE: Remedy = { kind: 'none' };
