import { Command, Option } from 'nest-commander';
import { formatNumberOf } from '../format.js';
import { collect } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';
import { unlocking, UnlockingFlags, type UnlockingOptions } from './unlocking-flags.js';
import { WithFlags } from './with-flags.js';

interface ImportCommandOptions extends CommonOptions, UnlockingOptions {
  readonly name?: string[];
}

@Command({
  name: 'backup:import',
  description: 'Fill the catalog from the backup sets in storage. Example: backup:import',
})
@WithFlags(UnlockingFlags)
export class BackupImportCommand extends BackupCommand<ImportCommandOptions> {
  protected async execute(options: ImportCommandOptions, signal: AbortSignal): Promise<CommandResult> {
    const result = await this.backups.importSets({ names: options.name, ...(await unlocking(options, signal)) });
    const skipped = result.skipped
      .map(({ name, reason }) => `Skipped: ${reason.includes(name) ? reason : `${name}: ${reason}`}\n`)
      .join('');
    const ids = result.imported.length > 0 ? ` (${result.imported.join(', ')})` : '';
    return {
      document: result,
      text: `Imported ${formatNumberOf(result.imported.length, 'backup')}${ids}.\n${skipped}`,
    };
  }

  @Option({ flags: '--name <set>', description: 'only this set; may be given several times' })
  parseName(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }
}
