/** A shorter text of base64 stands in others by chance. */
const SHORTEST_ENCODED = 8;

/** Gives the ways in which a secret may stand in a sentence, in the case that {@link inLowerCase} gives. */
export function spellingsOf(secret: string): string[] {
  const encoded = [0, 1, 2].map((offset) => base64Within(secret, offset));
  const all = [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    ...[...encoded, ...encoded.map(urlSafe), Buffer.from(secret).toString('hex')].filter(
      ({ length }) => length >= SHORTEST_ENCODED,
    ),
  ];
  return [...new Set(all.map(inLowerCase))];
}

/** Lowers the case of ASCII, since some servers quote so; the length of the text stays. */
export function inLowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What of the base64 of a text depends on the secret alone, where so many bytes of the text precede it. */
function base64Within(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(first, last);
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
