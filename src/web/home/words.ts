import type { Language } from '../shared/language.ts';
import type { Widen } from '../shared/widen.ts';

const ENGLISH = {
  navigation: 'Pages',
  console: 'Console',
  demo: 'Demo page',
  heading: 'Video calls for many',
  lead: 'Each person sends camera and microphone once, however many are in the room.',
  roomName: 'Name of the room',
  nameHint: 'Letters, digits and . _ ~ - without spaces. Whoever knows the name can meet you there.',
  nameHintClosed: 'Letters, digits and . _ ~ - without spaces.',
  go: 'Go to the room',
  badName: 'This name cannot be used. It has up to 64 letters, digits and . _ ~ - and starts with a letter or a digit.',
  notMade: (detail: string) => `The room could not be made: ${detail}`,
  rooms: 'Rooms',
  noRooms: 'There is no room yet. Make the first one.',
  people: (count: number) => (count === 1 ? '1 person' : `${count} people`),
  locked: 'locked',
  byInvitation: 'Rooms of this server are joined with an invitation: open the link that you were sent.',
  unreachable: 'The server cannot be reached. Check the network connection, then load this page again.',
};

/** Everything that the first page says. */
export type HomeWords = Widen<typeof ENGLISH>;

const CHINESE: HomeWords = {
  navigation: '页面',
  console: '控制台',
  demo: '演示页面',
  heading: '多人视频通话',
  lead: '无论房间里有多少人，每个人的摄像头和麦克风只需上传一次。',
  roomName: '房间名',
  nameHint: '可用字母、数字和 . _ ~ -，不含空格。知道名称的人都可以在那里与您见面。',
  nameHintClosed: '可用字母、数字和 . _ ~ -，不含空格。',
  go: '进入房间',
  badName: '此名称不可用。名称最多 64 个字符，可用字母、数字和 . _ ~ -，并以字母或数字开头。',
  notMade: (detail) => `无法创建房间：${detail}`,
  rooms: '房间',
  noRooms: '还没有房间。请创建第一个。',
  people: (count) => `${count} 人`,
  locked: '已锁定',
  byInvitation: '本服务器的房间需要邀请才能加入：请打开您收到的链接。',
  unreachable: '无法连接服务器。请检查网络连接，然后重新加载本页面。',
};

/** All texts in all languages. */
export const HOME_WORDS: Record<Language, HomeWords> = { en: ENGLISH, zh: CHINESE };
