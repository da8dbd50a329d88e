import type { JoinLink, Role } from '../../../client/index.ts';
import type { LinkPeriod } from '../words.ts';
import type { ConsoleContext } from './console-context.ts';
import { openDialog } from './dialog.ts';
import { button, field, h, select, setText } from './elements.ts';
import { format, words } from './say.ts';

const PERIODS: readonly LinkPeriod[] = [3600, 86_400, 604_800, 2_592_000];

/** Makes links by which people join a room; `onMade` is told of each. */
export function openInviteDialog({ client, notices }: ConsoleContext, room: string, onMade: () => void): void {
  const { invite: say } = words;
  const role = select<Role>(
    (['participant', 'viewer', 'host'] as const).map((value) => [value, say.roles[value]]),
    'participant',
  );
  const name = h('input', { maxlength: 64, autocomplete: 'off' });
  const period = select(
    PERIODS.map((seconds) => [String(seconds), say.periods[seconds]]),
    '86400',
  );
  const link = h('input', { readonly: true, class: 'link' });
  const until = h('p', { class: 'hint' });
  const copied = h('p', { class: 'hint', role: 'status' });
  const copy = async () => {
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      setText(copied, words.copied);
    } catch {
      setText(copied, words.notCopied);
    }
  };
  const copyButton = button(words.copy, () => void copy());
  const result = h('div', { class: 'stack', hidden: true }, field(say.link, link), until, copyButton, copied);
  const show = (made: JoinLink) => {
    link.value = made.url;
    setText(until, made.token === null ? say.open : say.until(format.moment(made.expiresAt)));
    setText(copied, '');
    result.hidden = false;
    link.focus();
    link.select();
  };
  openDialog({
    heading: say.heading(room),
    content: [field(say.role, role), field(say.name, name), field(say.expires, period), result],
    submitLabel: say.submit,
    stays: true,
    submit: async () => {
      notices.clear();
      const given = name.value.trim();
      show(
        await client.makeLink(room, {
          role: role.value as Role,
          expiresInSeconds: Number(period.value),
          ...(given !== '' && { name: given }),
        }),
      );
      onMade();
    },
  });
}
