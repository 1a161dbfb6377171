/** Commands that show what is known without the application's data. */
const WITHOUT_CATALOG: readonly string[] = ['backup:help', 'backup:completion', 'help', '--version', '-V'];

/**
 * Whether the command needs the catalog, and so a database to connect to: help, the version and completion scripts do not, and no
 * command at all shows help.
 *
 * @param argv such as `process.argv`
 */
export function needsCatalog(argv: readonly string[]): boolean {
  const [command, ...words] = argv.slice(2);
  const isHelp = [command, ...words].some((word) => word === '--help' || word === '-h');
  return argv.length > 2 && !isHelp && !WITHOUT_CATALOG.includes(command);
}
