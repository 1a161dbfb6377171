import { readFile } from 'node:fs/promises';

/**
 * Loaded by an application that asks for them only, and each large: they stay where they are installed. None of them may import
 * Nest, of which there would be two then.
 */
const OPTIONAL = ['bullmq', 'ioredis', 'nodemailer', 'prettier', 'typescript'];

/**
 * What makes one program of an application and all that it depends on. Finding, reading and compiling a thousand files is
 * most of a short command's time.
 *
 * @type {import('esbuild').BuildOptions}
 */
export const WITH_DEPENDENCIES = {
  packages: 'bundle',
  external: OPTIONAL,
  // megabytes of comments, which each thread would keep in memory
  minifyWhitespace: true,
  // CommonJS packages call it for Node's own modules
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  plugins: [
    { name: 'optional-dependencies', setup: leaveWhatIsMissing },
    { name: 'lazy-http', setup: requireHttp },
    { name: 'one-typeorm', setup: requireBundledTypeorm },
  ],
};

/**
 * Nest and TypeORM ask for packages for what an application may use; those that are not installed are asked for, and missing, at run time.
 *
 * @param {import('esbuild').PluginBuild} build
 */
function leaveWhatIsMissing(build) {
  const asked = Symbol('asked');
  build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...options }) => {
    if (pluginData === asked || options.kind === 'entry-point') return undefined;
    const found = await build.resolve(path, { ...options, pluginData: asked });
    return found.errors.length > 0 ? { path, external: true } : found;
  });
}

/**
 * An import of `node:http` reads all it exports, with which Node loads its whole WebSocket client; require() reads what is used.
 *
 * @param {import('esbuild').PluginBuild} build
 */
function requireHttp(build) {
  const namespace = 'required';
  build.onResolve({ filter: /^(node:)?https?$/ }, ({ path, kind }) =>
    kind === 'import-statement' ? { path, namespace } : undefined,
  );
  build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
    contents: `module.exports = require(${JSON.stringify(path)});`,
  }));
}

/**
 * `@nestjs/typeorm` makes a require() of its own to look for what TypeORM no longer has, which would load a second TypeORM.
 *
 * @param {import('esbuild').PluginBuild} build
 */
function requireBundledTypeorm(build) {
  build.onLoad({ filter: /@nestjs\/typeorm\/dist\/common\/typeorm-compat\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace('const require = createRequire(import.meta.url);', ''),
  }));
}
