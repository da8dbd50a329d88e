import { Webstreamer } from '../../client/index.ts';
import { language } from '../shared/language.ts';
import { RoomPage } from './room-page.ts';
import { writeTexts } from '../shared/text-binding.ts';
import { claimsOf, invitedBy, roomOf, takeToken } from './token.ts';
import { WORDS } from './words.ts';

const words = WORDS[language];
const room = roomOf(location.pathname) ?? '';
const { hash } = location;
const token = takeToken(room, { location, history, storage: sessionStorage });
const client = new Webstreamer({ url: location.origin, token });

writeTexts(document, words);
document.title = words.title(room);
void new RoomPage({ words, client, room, invited: token === undefined ? invitedBy(hash) : claimsOf(token) }).open();
