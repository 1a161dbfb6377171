import { headerText, isMailAddress } from './mail-addresses.js';
import { mailContent } from './mail-content.js';

describe('mailContent', () => {
  const content = mailContent({
    title: 'Backups of shop: <b>nightly</b>\r\nBcc: everybody@example.org',
    paragraphs: ['It said "no" & <script>alert(1)</script>.'],
    facts: [
      ['size', '1 MiB'],
      ['took', "2 s, said O'Neill"],
    ],
  });

  it('has a subject of one line', () => {
    expect(content.subject).toBe('Backups of shop: <b>nightly</b> Bcc: everybody@example.org');
  });

  it('says everything as text', () => {
    expect(content.text).toContain('\n\nIt said "no" & <script>alert(1)</script>.\n\nsize  1 MiB\ntook  2 s');
  });

  it('says the same as HTML, in which nothing is a tag that was not meant as one', () => {
    expect(content.html).toContain('It said &quot;no&quot; &amp; &lt;script&gt;alert(1)&lt;/script&gt;.');
    expect(content.html).toContain('O&#39;Neill');
    expect(content.html).not.toMatch(/<b>|<script/);
  });
});

describe('headerText', () => {
  it('has neither control characters nor line separators, nor an end', () => {
    expect(headerText('a\r\nb\0c\u2028d\te')).toBe('a b c d e');
    expect(headerText('x'.repeat(1000))).toHaveLength(200);
  });
});

describe('isMailAddress', () => {
  it.each(['ops@example.org', 'first.last+backup@mail.example.co.uk', 'root@localhost'])('takes %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });

  it.each([
    'ops',
    'ops@',
    '@example.org',
    'ops@example.org, more@example.org',
    'ops@example.org\r\nBcc: more@example.org',
    'Ops <ops@example.org>',
    'ops @example.org',
    'a@b@example.org',
    `${'x'.repeat(250)}@example.org`,
  ])('refuses %j', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});
