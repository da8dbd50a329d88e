// A worker process that misbehaves as the `iceAddresses` of its options say: a word for each way.
const { iceAddresses: ways } = JSON.parse(process.env.WEBSTREAMER_WORKER);
const is = (way) => ways.includes(way);
if (is('stubborn')) process.on('SIGTERM', () => undefined);
if (is('nonsense')) process.send({ kind: 'poetry' });
if (is('unable')) process.send({ kind: 'unable', code: 'gstreamer-missing', detail: 'no such thing' });
else if (!is('silent')) process.send({ kind: 'ready' });
process.on('message', ({ id, method }) => {
  if (is('last-words') && method === 'openRoom') {
    process.stderr.write('it hurts here\n', () => process.exit(3));
    return;
  }
  if (is('mute')) return;
  if (is('late') && method === 'openEndpoint') return;
  if (is('late')) process.send({ kind: 'log', level: 'info', fields: { method }, message: 'asked' });
  if (is('troubled'))
    process.send({ kind: 'log', level: 'error', fields: { endpoint: 'lobby#1/1' }, message: 'it hurts' });
  if (is('mortal') && method === 'openRoom') process.kill(process.pid, 'SIGKILL');
  if (is('liar')) return process.send({ kind: 'result', id, result: 'what you like to hear' });
  if (is('stubborn') && method === 'stop') return;
  process.send({ kind: 'result', id, result: null });
  if (method === 'stop') process.disconnect();
});
