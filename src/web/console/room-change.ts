import type { ChangeRoom, RoomResource, RoomSettings } from '../../protocol/http-api/room.ts';
import type { Words } from './words.ts';

/** The settings that the console changes in place. */
export type SettingName = Exclude<keyof RoomSettings, 'codec' | 'maxVideoBitrateBps'>;

/** What a setting is called. */
export function settingName(setting: SettingName, { room }: Words): string {
  if (setting === 'speakerPolicy') return room.policy;
  return setting === 'locked' || setting === 'maxUsers' || setting === 'chatHistory'
    ? shorten(room[setting])
    : room[setting];
}

/** A label without what stands there as advice. */
function shorten(label: string): string {
  return label.replace(/\s*[:(\uff08\uff1a].*$/u, '');
}

/** What a setting is set to, in words. */
export function settingValue(setting: SettingName, values: Pick<RoomSettings, SettingName>, words: Words): string {
  const { room } = words;
  switch (setting) {
    case 'layout':
      return room.layouts[values.layout];
    case 'sound':
      return room.sounds[values.sound];
    case 'speakerPolicy':
      return room.policies[values.speakerPolicy];
    case 'locked':
      return values.locked ? words.yes : words.no;
    case 'maxUsers':
      return values.maxUsers === null ? room.noLimit : String(values.maxUsers);
    case 'chatHistory':
      return String(values.chatHistory);
  }
}

/** A setting with its value, in words. */
export function settingInWords(setting: SettingName, values: Pick<RoomSettings, SettingName>, words: Words): string {
  return words.room.setting(settingName(setting, words), settingValue(setting, values, words));
}

const SETTINGS: readonly SettingName[] = ['layout', 'sound', 'speakerPolicy', 'locked', 'maxUsers', 'chatHistory'];

/** The settings in which two states of a room differ. */
export function changedSettings(before: RoomResource, after: RoomResource): SettingName[] {
  return SETTINGS.filter((setting) => before[setting] !== after[setting]);
}

/** A change of one setting. */
export function changeOf<S extends SettingName>(setting: S, value: RoomSettings[S]): ChangeRoom {
  return { [setting]: value };
}
