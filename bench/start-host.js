/** The command line of an application that does nothing: `node start-host.js bare|backups COMMAND`. It connects to nothing. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runStartHost } = await import('./start-host-commands.js');
await runStartHost(process.argv.splice(2, 1)[0] === 'backups');
