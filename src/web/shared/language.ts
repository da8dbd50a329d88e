import { chooseLanguage, type Language } from './choose-language.ts';

export type { Language } from './choose-language.ts';

/** The language of this page; also stated on its root element, for screen readers and fonts. */
export const language: Language = chooseLanguage(navigator.languages);

document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
