/** What the help of a command says beside its one line and its options. */
export interface Manual {
  /** What stands behind its name, when that is not just `[options]`: what it cannot do without. */
  readonly usage?: string;
  /** Paragraphs; without them the one line is all. */
  readonly description?: readonly string[];
  /** As they are typed after the program's name, with what they do; the first one is the usual one. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
}
