import { enableCompileCache } from 'node:module';

// Loading Nest, TypeORM and nest-commander is most of a short command's time; compiled code is kept between runs.
// It only helps modules loaded after this line, hence the dynamic import.
enableCompileCache();
const { runCommandLine } = await import('./command-line.js');
await runCommandLine();
