/**
 * Lets measurements use the code that tests share, whose imports name JavaScript: Node takes the types out by itself. The
 * library comes as it is built.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@app/backup') {
      return next(new URL('../dist/libs/backup/index.js', import.meta.url).href, context);
    }
    return next(typeScriptOf(specifier, context.parentURL) ?? specifier, context);
  },
});

/**
 * The TypeScript that an import of JavaScript in TypeScript means, where there is any: the scripts are JavaScript.
 *
 * @param {string} specifier
 * @param {string} [importer]
 */
function typeScriptOf(specifier, importer) {
  if (!specifier.startsWith('.') || !importer?.endsWith('.ts')) return undefined;
  const source = new URL(specifier.replace(/\.js$/, '.ts'), importer);
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
