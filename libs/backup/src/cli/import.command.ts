import { Command, Option } from 'nest-commander';
import { collect } from './arguments.js';
import { BackupCommand, type CommandResult, type CommonOptions } from './backup-command.js';

interface ImportCommandOptions extends CommonOptions {
  readonly name?: string[];
}

@Command({
  name: 'backup:import',
  description: 'Fill the catalog from the backup sets in storage. Example: backup:import',
})
export class BackupImportCommand extends BackupCommand<ImportCommandOptions> {
  protected async execute(options: ImportCommandOptions): Promise<CommandResult> {
    const result = await this.backups.importSets({ names: options.name });
    const skipped = result.skipped.map(({ name, reason }) => `Skipped ${name}: ${reason}\n`).join('');
    const ids = result.imported.length > 0 ? ` (${result.imported.join(', ')})` : '';
    return { document: result, text: `Imported ${String(result.imported.length)} backups${ids}.\n${skipped}` };
  }

  @Option({ flags: '--name <set>', description: 'only this set; may be given several times' })
  parseName(text: string, earlier?: string[]): string[] {
    return collect(text, earlier);
  }
}
