import type { CommandRunner } from 'nest-commander';
import { EXIT_STATUS } from '../exit-codes.js';
import { screenWidth, styled } from '../terminal/screen.js';
import { fillLines, wrapText } from '../terminal/wrap-text.js';
import type { Manual } from './manual.js';

/** Commander's command, in the version that nest-commander brings along. */
export type Commander = Parameters<CommandRunner['setCommand']>[0];

/** Lines that are read are no longer than this, however wide the terminal is. */
const LONGEST_LINE = 100;
/** As on a usual terminal, where there is none. */
const USUAL_LINE = 80;
const INDENT = 4;

const MANUALS = new WeakMap<Commander, Manual>();

/** From now on the help of the command is a manual page. */
export function giveManual(command: Commander, manual: Manual): void {
  MANUALS.set(command, manual);
  command.configureHelp({ formatHelp: () => manualPage(command, manual) });
}

/** Null for commands that are not the library's. */
export function manualOf(command: Commander): Manual | null {
  return MANUALS.get(command) ?? null;
}

function manualPage(command: Commander, manual: Manual): string {
  const { examples, description = [`${command.description()}.`] } = manual;
  const program = programOf(command).name();
  const subcommands = command.commands.map((subcommand): Entry => [subcommand.name(), subcommand.description()]);
  return [
    section('NAME', paragraph(`${fullName(command)} - ${uncapitalised(command.description())}`)),
    section('SYNOPSIS', paragraph(`${program} ${fullName(command)} ${manual.usage ?? '[options]'}`)),
    section('DESCRIPTION', description.map((text) => paragraph(text)).join('\n')),
    subcommands.length === 0 ? '' : section('COMMANDS', entries(subcommands)),
    section('OPTIONS', entries(optionsOf(command, manual))),
    section('EXAMPLES', entries(examples.map(([line, meaning]): Entry => [typedLine(`${program} ${line}`), meaning]))),
    section('EXIT STATUS', statuses()),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** `backup:key add`: as it is typed, without the program. */
export function fullName(command: Commander): string {
  const { parent } = command;
  const isOfProgram = parent === null || parent === programOf(command);
  return isOfProgram ? command.name() : `${fullName(parent)} ${command.name()}`;
}

export function programOf(command: Commander): Commander {
  return command.parent === null ? command : programOf(command.parent);
}

type Entry = readonly [term: string, meaning: string];

/** Those that the command cannot do without come first. */
function optionsOf(command: Commander, { usage = '' }: Manual): readonly Entry[] {
  const isNeeded = ({ long }: { long?: string }): boolean => long !== undefined && usage.includes(`${long}=`);
  const sorted = [...command.options.filter(isNeeded), ...command.options.filter((option) => !isNeeded(option))];
  const own = sorted.map(({ flags, description, argChoices }): Entry => {
    const choices = argChoices === undefined ? '' : `; one of ${argChoices.join(', ')}`;
    return [flags, `${description}${choices}`];
  });
  return [...own, ['-h, --help', 'show this']];
}

function section(title: string, content: string): string {
  return `${styled('bold', title)}\n${content}`;
}

function paragraph(text: string, indent = INDENT): string {
  return wrapText(text, lineWidth() - indent)
    .map((line) => `${' '.repeat(indent)}${line}\n`)
    .join('');
}

/** A term that is too long for a line stands as it is: it is there to be copied. */
function entries(pairs: readonly Entry[]): string {
  return pairs.map(([term, meaning]) => `${' '.repeat(INDENT)}${term}\n${paragraph(meaning, 2 * INDENT)}`).join('');
}

/** A command as it can be copied: where it is longer than a line, the shell reads on behind a backslash. */
function typedLine(command: string): string {
  const words = command.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  const indent = ' '.repeat(INDENT + 2);
  return fillLines(words, lineWidth() - indent.length - 2).join(` \\\n${indent}`);
}

function statuses(): string {
  return EXIT_STATUS.map(([code, meaning]) => {
    const [first, ...more] = wrapText(meaning, lineWidth() - 2 * INDENT);
    const lines = [`${String(code).padEnd(INDENT)}${first}`, ...more.map((line) => ' '.repeat(INDENT) + line)];
    return lines.map((line) => `${' '.repeat(INDENT)}${line}\n`).join('');
  }).join('');
}

function lineWidth(): number {
  const width = screenWidth();
  return Math.max(Math.min(width === Infinity ? USUAL_LINE : width, LONGEST_LINE), 4 * INDENT);
}

function uncapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
