import picomatch from 'picomatch';
import { toText, type BytePath } from './byte-path.js';

/**
 * Which paths match any of some patterns, such as `avatars/**`: relative to the root, hidden names like all others.
 * What is below a folder that matches need not match itself.
 */
export function pathMatcher(patterns: readonly string[]): (path: BytePath) => boolean {
  if (patterns.length === 0) {
    return () => false;
  }
  const matches = picomatch([...patterns], { dot: true });
  return (path) => path !== '' && matches(toText(path));
}
