/** Hides what looks like a secret in text from outside. Hides too much rather than too little. */

const hidden = '…';

/** What is looked through at most; nothing behind it is ever shown. */
const longest = 16_384;

/** Terminal colours, and controls that show nothing or reverse what follows; line breaks stay. */
// oxlint-disable-next-line no-control-regex -- the control character is what is looked for
const escapes = /\u001B\[[\d;]*[A-Za-z]/g;
const invisible = /[^\P{Cc}\n\t]|[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Keys and certificates, also when the end is cut off, and when the line breaks in them are written as `\n`. */
const armoured = /-----BEGIN [A-Z0-9 ]{1,40}-----(?:[^-]|-(?!----END))*(?:-----END [A-Z0-9 ]{1,40}-----)?/g;

/** `postgres://user:password@host`; an unescaped password may hold slashes and at signs. */
const inAddress = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>]*@/gi;

/** Addresses that are secrets themselves. */
const secretAddress =
  /(hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|outlook\.office\.com\/webhook)\/[^\s"'<>]+/gi;

const quoted = String.raw`\\+"[^"]*"|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|` + '`[^`]*`?';

/** Headers that carry nothing but credentials. */
const header = new RegExp(String.raw`((?:authorization|cookie)\\*["']?\s{0,8}[:=]\s{0,8})(?:${quoted}|[^\n]*)`, 'gi');

/** `password: two words`: written like prose, so it ends with the line. */
const passphrase = new RegExp(
  String.raw`((?:pass(?:wor[dt]|wd|phrase)?|pwd)\\*["']?\s{0,8}:\s{1,8})(?:${quoted}|[^\n]*)`,
  'gi',
);

const words = [
  'pass(?:wor[dt]|wd|phrase|code)?|pwd|secret|token|credentials?|signature|assertion|connection_?string',
  // Short ones only as whole words: a signal and an author are no secrets.
  '(?:keys?|auth|session(?:_?id)?|cookie|sig|otp|nonce|dsn|jwt)(?![a-z])',
].join('|');

/** `DB_PASSWORD=…`, `"api-key": "…"`, `?token=…`, `secretKey => '…'`. */
const named = new RegExp(
  String.raw`((?:${words})[\w.\-\[\]]{0,40}\\*["']?\s{0,8}(?:=>|[:=]{1,2})\s{0,8})(?:${quoted}|\S+)`,
  'gi',
);

/** `--token abc`. */
const flag = new RegExp(String.raw`(--?[\w-]{0,40}(?:${words})[\w-]{0,40} {1,8})(?:${quoted}|[^\s-]\S*)`, 'gi');

/** `Bearer abc`, `token is abc1`. */
const spoken =
  /\b((?:bearer|negotiate|apikey)\s{1,8}|(?:password|passphrase|secret|token|key|pin|code)\s{1,8}(?:is|was)\s{1,8}(?=\S{0,200}\d))[^\s"']{3,}/gi;
const basic = /\b(basic\s{1,8})([\w+/=-]{6,})/gi;

/** Tokens that tell what they are. */
const marked = [
  /\beyJ[\w-]{4,}(?:\.[\w-]*){0,4}/g,
  /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{8,}/g,
  /\b(?:gh[opsur]|github_pat|glpat|glptt|gldt|npm|pypi|dop_v1|shpat|shpss|hf|figd|lin_api|sq0[a-z]{3}|rubygems|dckr_pat)[_-][\w-]{8,}/g,
  /\b(?:xox[a-z]|xapp|xwfp)-[\w-]{6,}/g,
  /\b(?:sk|pk|rk|whsec)[_-][\w-]{10,}/g,
  /\bAIza[\w-]{20,}/g,
  /\b(?:ya29|SG|hvs|hvb|EAA)\.[\w.-]{10,}/g,
  /\b\d{6,12}:AA[\w-]{20,}/g,
];

const address = /[^\s@<>"'(),;:=[\]{}|\\]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.)+[\p{L}]{2,}/gu;

/** Text without controls and without what looks like a secret; its line breaks stay. */
export function masked(text: string): string {
  const clean = text.slice(0, longest).replace(escapes, '').replace(invisible, '').toWellFormed();
  const plain = withoutArmourEnd(clean.replace(armoured, hidden))
    .replace(inAddress, `$1${hidden}@`)
    .replace(secretAddress, `$1/${hidden}`)
    .replace(header, `$1${hidden}`)
    .replace(passphrase, `$1${hidden}`)
    .replace(named, `$1${hidden}`)
    .replace(flag, `$1${hidden}`)
    .replace(spoken, `$1${hidden}`)
    .replace(basic, (all, word: string, value: string) => (/[A-Z0-9=]/.test(value) ? word + hidden : all));
  const without = marked.reduce((now, pattern) => now.replace(pattern, hidden), plain);
  return without.replace(address, hidden).replace(/[A-Za-z0-9+/_=-]{16,}/g, (word) => (isRandom(word) ? hidden : word));
}

/** The rest of a key whose beginning was cut off: lines of nothing but base64 before its end. */
function withoutArmourEnd(text: string): string {
  if (!text.includes('-----END ')) return text;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.includes('-----END ')) continue;
    lines[index] = hidden;
    for (let above = index - 1; above >= 0 && /^[\sA-Za-z0-9+/=]+$/.test(lines[above] ?? ''); above -= 1)
      lines[above] = '';
  }
  return lines.join('\n');
}

/**
 * Whether a word looks like chance: its characters change between capitals, small letters and digits much more often
 * than in words, names of pods, UUIDs and paths.
 */
function isRandom(word: string): boolean {
  const parts = word.split(/[^A-Za-z0-9]/).filter(({ length }) => length >= 16);
  const isMixed = /[A-Z]/.test(word) && /[a-z]/.test(word);
  if (isMixed && word.length >= 32 && changes(word.replace(/[^A-Za-z0-9]/g, '')) > 0.28) return true;
  return parts.some((part) => /^[\da-fA-F]{32,}$/.test(part) || (!isCamel(part) && changes(part) > 0.25));
}

/** Words without digits whose capitals begin something, as in OutOfMemoryError. */
const isCamel = (text: string): boolean => text.length < 32 && /^[A-Z]?[a-z]*(?:[A-Z][a-z]+)*$/.test(text);

/** How often neighbours are of another class, of all neighbours. */
function changes(text: string): number {
  const classes = [...text].map((character) => (/\d/.test(character) ? 0 : /[a-z]/.test(character) ? 1 : 2));
  const count = classes.filter((one, index) => index > 0 && one !== classes[index - 1]).length;
  return count / Math.max(1, classes.length - 1);
}
