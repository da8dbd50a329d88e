/** The languages that our pages speak. */
export type Language = 'en' | 'zh';

/** The first of the browser's languages that the pages speak, or else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'zh') return primary;
  }
  return 'en';
}
