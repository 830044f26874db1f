/** Longer names are cut: nobody reads them, and each is kept. */
const MAX_CHARACTERS = 250;

/** A name as it was written, made fit to be shown. */
export function spelling(name: string): string {
  return [...name.trim().slice(0, 2 * MAX_CHARACTERS)].slice(0, MAX_CHARACTERS).join('');
}

/** What equal names have in common. */
export function nameKey(name: string): string {
  const folded = spelling(name).normalize('NFKC').toLowerCase();
  return folded.replace(/[\s\-_]+/gu, '') || folded;
}

/** What equal terms of a vocabulary have in common. */
export function termKey(term: string): string {
  return spelling(term)
    .toLowerCase()
    .replace(/[\s_]+/gu, '-');
}

export function countryKey(country: string): string {
  return spelling(country).toUpperCase();
}
