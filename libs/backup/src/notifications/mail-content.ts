import { headerText } from './mail-addresses.js';
import type { Notice } from './notice.js';

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** A notice as a mail. What it says may come from anywhere: names of schedules, messages of servers. */
export function mailContent({ title, paragraphs, facts }: Notice): MailContent {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  const lines = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const rows = facts.map(([name, value]) => `<tr><th align="left">${escape(name)}</th><td>${escape(value)}</td></tr>`);
  const body = [
    `<h1 style="font-size:1.2em">${escape(title)}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`),
    ...(rows.length === 0 ? [] : [`<table cellpadding="4">${rows.join('')}</table>`]),
  ];
  return {
    subject: headerText(title),
    text: `${[title, ...paragraphs, lines.join('\n')].filter((part) => part !== '').join('\n\n')}\n`,
    html: `<!doctype html><html><body>${body.join('')}</body></html>`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
}
