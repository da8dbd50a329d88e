import { Webstreamer } from '../../client/index.ts';
import { language } from '../shared/language.ts';
import { RoomPage } from './room-page.ts';
import { writeTexts } from '../shared/text-binding.ts';
import { claimsOf, invitedBy, roomOf, takePlace, takeToken } from './token.ts';
import { WORDS } from './words.ts';

const words = WORDS[language];
const room = roomOf(location.pathname) ?? '';
const { hash } = location;
const place = takePlace({ location, history });
const token = place ? (place.token ?? undefined) : takeToken(room, { location, history, storage: sessionStorage });
const client = new Webstreamer({ url: location.origin, token });

writeTexts(document, words);
document.title = words.title(room);
void new RoomPage({
  words,
  client,
  room,
  place,
  invited: token === undefined ? invitedBy(hash) : claimsOf(token),
}).open();
