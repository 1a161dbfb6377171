/** A class whose methods are options of commands, each marked with `@Option`. */
type FlagGroup = abstract new () => object;

/**
 * Gives a command the options of other classes besides those of its parent, of which it can have only one. In help they
 * come after its own.
 */
export function WithFlags(...groups: readonly FlagGroup[]): ClassDecorator {
  return ({ prototype }) => {
    for (const group of groups) {
      const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(group.prototype);
      Object.defineProperties(prototype, methods);
    }
  };
}
