/**
 * Lets measurements use the code that tests share, whose imports name JavaScript: Node takes the types out by itself. The
 * library comes as it is built.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const LIBRARY = new URL('../libs/backup/src/', import.meta.url).href;
const BUILT_LIBRARY = new URL('../dist/libs/backup/', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@app/backup') return next(`${BUILT_LIBRARY}index.js`, context);
    return next(moduleOf(specifier, context.parentURL) ?? specifier, context);
  },
});

/**
 * The module that an import in TypeScript means: of the library as it is built, which has syntax that Node does not take
 * out, else TypeScript where there is any. The scripts are JavaScript.
 *
 * @param {string} specifier
 * @param {string} [importer]
 */
function moduleOf(specifier, importer) {
  if (!specifier.startsWith('.') || !importer?.endsWith('.ts')) return undefined;
  const { href } = new URL(specifier, importer);
  if (href.startsWith(LIBRARY)) return href.replace(LIBRARY, BUILT_LIBRARY);
  const source = new URL(href.replace(/\.js$/, '.ts'));
  return existsSync(source) ? source.href : undefined;
}

/**
 * A module of `test/support`.
 *
 * @param {string} name
 * @returns {Promise<unknown>}
 */
export async function support(name) {
  /** @type {unknown} */
  const loaded = await import(new URL(`../test/support/${name}.ts`, import.meta.url).href);
  return loaded;
}
