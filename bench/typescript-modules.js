/**
 * Lets measurements use the code that tests share, whose imports name JavaScript: Node takes the types out by itself. The
 * library comes as it is built.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@app/backup') {
      return next(new URL('../dist/libs/backup/index.js', import.meta.url).href, context);
    }
    const isFromTypeScript = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(isFromTypeScript ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

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
