import type { SeededRandom } from './seeded-random.js';

/** Sentences by BCP 47 tag; `zxx` is "no linguistic content". */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  en: ['Minutes of the harbour board', 'Letters from a lighthouse keeper', 'Photographs of the flood'],
  de: ['Über die Größe der Äcker an der Weißen Elster', 'Rechnungsbücher der Zünfte', 'Straßenpläne, süddeutsch'],
  fr: ['Procès-verbaux de l’œuvre paroissiale', 'Carnets d’un naïf à Besançon', 'L’été où gela la Garonne'],
  cs: ['Žluťoučký kůň úpěl ďábelské ódy', 'Účty pražských cechů', 'Dopisy z Písku'],
  vi: ['Sổ địa bạ làng Đông Ngạc', 'Thư từ của ông Nguyễn Trường Tộ', 'Bản đồ cổ thành Huế'],
  ru: ['Письма купца второй гильдии', 'Чертежи моста через реку Ёжицу', 'Съёмки 1911 года'],
  uk: ['Листування ґрунтознавця з Їжакевичем', 'Метричні книги', 'Щоденник учительки з Полтави'],
  el: ['Ημερολόγιο του πλοίου «Ευαγγελίστρια»', 'Πρακτικά της κοινότητας', 'Ἐπιστολαὶ πρὸς τὴν Ὕδραν'],
  ar: ['سجلات الميناء القديم', 'رسائل إلى قاضي المدينة', 'خرائط الطرق بين ١٨٦٠ و١٩٠٢'],
  he: ['פנקסי הקהילה', 'מִכְתָּבִים מִן הַגָּלִיל', 'תצלומים של הנמל'],
  hi: ['नदी के घाटों का सर्वेक्षण', 'किसानों की चिट्ठियाँ', 'नगरपालिका की कार्यवाही'],
  'zh-Hans': ['港务局会议记录', '灯塔看守人的书信', '𠮷林省旧地图与照片'],
  ja: ['港湾局の議事録', '灯台守からの手紙', 'ﾊﾝｶｸと全角のカード目録'],
  ko: ['항만 위원회 회의록', '등대지기의 편지', '홍수 사진첩'],
  th: ['บันทึกการประชุมท่าเรือ', 'จดหมายจากผู้ดูแลประภาคาร', 'ภาพถ่ายน้ำท่วมใหญ่'],
  zxx: ['📜🗝️🏛️', '👩🏽‍🏫👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🎼𝄞𝄢 ♥ ☃ 🇺🇳'],
};

export const LANGUAGES: readonly string[] = Object.keys(SENTENCES);

/** Text that has broken somebody's backup: quoting, escapes, comments, line ends, controls, invisible characters. */
export const AWKWARD_TEXTS: readonly string[] = [
  `It's "quoted", \`ticked\` and \\backslashed\\`,
  'trailing backslash \\',
  "O''Brien; DROP TABLE archive_records; --",
  'line feed\nthen carriage return\r\nthen statement end;\nINSERT INTO x VALUES (1);\n',
  '/* not a comment */ # nor this -- nor that /*!50000 nor this */',
  'tab\there, NUL\0there, backspace\b, control-Z\x1a, delete\x7f, escape\x1b[31m',
  '  spaces before and after  ',
  'e\u0301 is not é; \u200fright to left\u200e; zero\u200bwidth; BOM \ufeff; \u2028line separator',
  '%s %d ${value} :name ? ?? @variable $1 \\N NULL',
  '<b>&amp;</b> "a","b"\\,c',
];

/** A title in the language, numbered so that titles differ. */
export function title(random: SeededRandom, language: string, number: number): string {
  return random.chance(0.01) ? random.pick(AWKWARD_TEXTS) : `${sentence(random, language)}, ${number}`;
}

/** Some sentences, nothing at all, or something awkward. */
export function prose(random: SeededRandom, language: string, maximum = 4): string | null {
  const kind = random.fraction();
  if (kind < 0.1) return null;
  if (kind < 0.13) return '';
  const sentences = Array.from({ length: random.integer(1, maximum) }, () => sentence(random, language));
  if (kind < 0.16) sentences.push(random.pick(AWKWARD_TEXTS));
  return sentences.join(kind < 0.3 ? '.\n' : '. ');
}

function sentence(random: SeededRandom, language: string): string {
  return random.pick(SENTENCES[language] ?? SENTENCES.en);
}
