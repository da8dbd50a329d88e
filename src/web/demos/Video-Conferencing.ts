import { Call } from '../shared/call.ts';
import type { CallState, Entrance } from '../shared/call-state.ts';
import { capture } from '../shared/capture.ts';
import { element } from '../shared/element.ts';
import { Stage } from './stage.ts';
import { noticeFor, sentenceFor, type Notice } from './words.ts';

const form = element('join-form', HTMLFormElement);
const field = element('room-id', HTMLInputElement);
const nameField = element('user-name', HTMLInputElement);
const leaveButton = element('leave-room', HTMLButtonElement);
const statusLine = element('status', HTMLElement);
const notice = element('notice', HTMLElement);
const stage = new Stage(element('videos-container', HTMLElement));

const entrances: [HTMLButtonElement, Entrance][] = [
  [element('join-room', HTMLButtonElement), 'join'],
  [element('open-room', HTMLButtonElement), 'open'],
  [element('open-or-join-room', HTMLButtonElement), 'open-or-join'],
];

const call = new Call({
  onState: show,
  onCamera: (stream) => {
    stage.showOwn(stream);
  },
  onCameraStopped: () => {
    showNotice({
      title: 'Your camera has stopped',
      advice: 'The others do not see or hear you. Leave and join again to start it anew.',
    });
  },
  onStream: (event) => {
    stage.showRemote(event.streamid, event.userid, event.stream, event.extra?.fullName ?? event.extra?.name);
  },
  onStreamEnded: (streamId) => {
    stage.remove(streamId);
  },
  onBoxes: ({ labels }) => {
    stage.label(labels);
  },
  onUserLeft: (userId) => {
    stage.removeUser(userId);
  },
  onCleared: () => {
    stage.clear();
  },
});

const CAMERA: MediaStreamConstraints = {
  audio: true,
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

function show(state: CallState): void {
  const busy = state.name !== 'idle' && state.name !== 'failed';
  const leaveHadFocus = document.activeElement === leaveButton;
  document.body.dataset.state = state.name;
  statusLine.textContent = sentenceFor(state);
  field.disabled = nameField.disabled = busy;
  for (const [button] of entrances) button.disabled = busy;
  leaveButton.hidden = !busy;
  leaveButton.textContent = busy && ['asking', 'connecting', 'joining'].includes(state.name) ? 'Cancel' : 'Leave';
  if (state.name === 'failed') showNotice(noticeFor(state.failure, state.detail));
  else if (state.name === 'asking' || state.name === 'idle') showNotice(undefined);
  // A button that had the focus and is gone would leave the keyboard nowhere.
  if (busy && document.activeElement === document.body) leaveButton.focus();
  if (!busy && leaveHadFocus) entrances[0]?.[0].focus();
}

function showNotice(content: Notice | undefined): void {
  notice.hidden = content === undefined;
  notice.replaceChildren();
  if (!content) return;
  const title = document.createElement('strong');
  title.textContent = content.title;
  const advice = document.createElement('p');
  advice.textContent = content.advice;
  notice.append(title, advice);
}

function enter(entrance: Entrance): void {
  field.value = field.value.trim();
  if (field.checkValidity()) {
    const id = field.value;
    const name = nameField.value.trim();
    const extra = { ...(name && { fullName: name }), webstreamer: { boxes: true } };
    void call.start({ capture: () => capture(CAMERA), findGoal: () => Promise.resolve({ entrance, id, extra }) });
  } else {
    showNotice(noticeFor('bad-id'));
    field.focus();
  }
}

/** `#ID` in the address fills in the field; joining is left to the person. */
function takeIdFromAddress(): void {
  const raw = location.hash.slice(1);
  if (raw === '' || field.disabled) return;
  try {
    field.value = decodeURIComponent(raw);
  } catch {
    field.value = raw;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
});
for (const [button, entrance] of entrances)
  button.addEventListener('click', () => {
    enter(entrance);
  });
leaveButton.addEventListener('click', () => {
  call.leave();
});
window.addEventListener('hashchange', takeIdFromAddress);
takeIdFromAddress();
show({ name: 'idle' });
if (window.isSecureContext) call.prepare();
else showNotice(noticeFor('insecure-origin'));
