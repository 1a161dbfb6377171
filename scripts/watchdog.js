import { spawn } from 'node:child_process';

/**
 * Reads commands from its parent. The pipe ends when the parent dies, whatever it died of: then the watchdog kills the
 * process group it was told to guard and removes the folder. Whoever is still writing into the folder may make one
 * removal fail, hence the second one.
 */
const SCRIPT = `
group=
while read -r command value; do
  case $command in
    guard) group=$value ;;
    release) exit 0 ;;
  esac
done
[ -z "$group" ] || kill -s KILL -- "-$group"
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

/**
 * Makes sure that a temporary folder, and the processes that work in it, do not outlive this process, not even when it
 * is killed.
 *
 * @param {string} folder
 */
export function watchFolder(folder) {
  // A session of its own, or Ctrl-C would end the watchdog together with what it watches.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  // Write errors mean that somebody ended the watchdog: nothing is left to tell it.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  /** @param {string} command */
  const tell = (command) => shell.stdin.write(`${command}\n`);
  return {
    /** @param {number | undefined} group leader of the process group to kill; undefined when it has ended */
    guard(group) {
      tell(`guard ${group ?? ''}`);
    },
    release() {
      tell('release');
      shell.stdin.end();
    },
  };
}
