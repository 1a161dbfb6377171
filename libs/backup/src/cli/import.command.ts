import { Command, Option } from 'nest-commander';
import { formatNumberOf } from '../format.js';
import { collect } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import type { Manual } from './help/manual.js';
import { printable } from '../printable.js';
import { unlocking, UnlockingFlags, type UnlockingOptions } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface ImportCommandOptions extends CommonOptions, UnlockingOptions {
  readonly name?: string[];
}

@Command({
  name: 'backup:import',
  description: 'Fill the catalog from the backup sets in storage',
})
@WithFlags(UnlockingFlags)
export class BackupImportCommand extends BackupCommand<ImportCommandOptions> {
  readonly manual: Manual = {
    description: [
      'For a catalog that was lost, and for sets that came from elsewhere. Encrypted sets need an identity or a passphrase.',
    ],
    examples: [
      ['backup:import', 'Import every set that the catalog does not have.'],
      ['backup:import --name=20261121T221005Z-full-3f9c2a --identity=ops.txt', 'Import one encrypted set.'],
    ],
  };

  protected async execute(options: ImportCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const result = await this.backups.importSets({ names: options.name, ...(await unlocking(options, signal)) });
    const skipped = result.skipped
      .map(({ name, reason }) => `Skipped: ${printable(reason.includes(name) ? reason : `${name}: ${reason}`)}\n`)
      .join('');
    const ids = result.imported.length > 0 ? ` (${result.imported.join(', ')})` : '';
    const known = result.known.length > 0 ? `Known already: ${formatNumberOf(result.known.length, 'set')}.\n` : '';
    return {
      document: result,
      text: `Imported ${formatNumberOf(result.imported.length, 'backup')}${ids}.\n${known}${skipped}`,
    };
  }

  @Option({ flags: '--name <set>', description: 'only this set; may be given several times' })
  parseName(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }
}
