import { language } from '../../shared/language.ts';
import { formats } from '../format.ts';
import { WORDS } from '../words.ts';

/** The texts of this page. */
export const words = WORDS[language];

/** How this page writes figures and times. */
export const format = formats(language);
