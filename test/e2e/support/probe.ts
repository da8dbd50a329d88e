// These functions run inside the pages under test, before any script of the page. Each is sent there as text: it can use nothing
// from this module but types.

/** A picture of somebody else on the page. `colour` is a name of the table, `black`, `other`, or `none` before the first frame. */
export interface Box {
  /** The stream id: the id of the `div.media-container`, or of the video itself where a page has no such box. */
  id: string;
  colour: string;
  /** Whether nearly all of the picture has one colour. A test picture has many. */
  plain: boolean;
  /** Frames painted so far. */
  frames: number;
  width: number;
  height: number;
}

/** A frame that was painted: when (ms since 1970, the machine's clock) and with what colour. */
export interface PaintedFrame {
  t: number;
  colour: string;
}

/** A call of `socket.emit`, or a packet that came in. */
export interface WireRecord {
  t: number;
  direction: 'sent' | 'received';
  event: string;
  args: unknown[];
}

/** What the probe puts on `globalThis` of a page. */
export interface Probe {
  peers: RTCPeerConnection[];
  ownStreams: Set<string>;
  /** When a button was pressed last, in ms since 1970. */
  pressedAt: number;
  now(): number;
  videos(): HTMLVideoElement[];
  idOf(video: HTMLVideoElement): string;
  look(video: HTMLVideoElement): { colour: string; plain: boolean };
  boxes(): Box[];
  startRecording(): void;
  stopRecording(): Record<string, PaintedFrame[]>;
  listen(tones: Record<string, number>, ms: number): Promise<Record<string, number>[]>;
  outbound(): Promise<Record<string, { kind: string; bytes: number }>>;
}

interface ProbedWindow {
  probe: Probe;
  io?: unknown;
  /** Carries a record to the test; see `Person`. */
  reportWire?: (record: WireRecord) => Promise<void>;
}

/** Notes every peer connection, the page's own streams, and the last press of a button. */
export function installCallProbe(): void {
  const target = globalThis as unknown as ProbedWindow;
  const probe = (target.probe = {
    peers: [],
    ownStreams: new Set<string>(),
    pressedAt: 0,
    now: () => performance.timeOrigin + performance.now(),
  } as unknown as Probe);

  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(constructor, args: [RTCConfiguration?]) {
      const peer = new constructor(...args);
      probe.peers.push(peer);
      return peer;
    },
  });
  const devices = navigator.mediaDevices as MediaDevices | undefined; // undefined on an insecure origin
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    const capture = devices?.[name].bind(devices);
    if (!devices || !capture) continue;
    devices[name] = async (constraints?: MediaStreamConstraints) => {
      const stream = await capture(constraints);
      probe.ownStreams.add(stream.id);
      return stream;
    };
  }
  document.addEventListener('click', () => (probe.pressedAt = probe.now()), { capture: true });

  probe.outbound = async () => {
    const result: Record<string, { kind: string; bytes: number }> = {};
    for (const [index, peer] of probe.peers.entries()) {
      if (peer.connectionState === 'closed') continue;
      for (const stats of (await peer.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (stats.type !== 'outbound-rtp') continue;
        result[`${String(index)}/${String(stats.id)}`] = {
          kind: String(stats.kind),
          bytes: Number(stats.bytesSent),
        };
      }
    }
    return result;
  };
}

/** Tells the colour of each picture, and records pictures frame by frame. */
export function installPictureProbe(colours: Record<string, readonly [number, number, number]>): void {
  const { probe } = globalThis as unknown as ProbedWindow;
  const width = 32;
  const height = 18;
  let context: CanvasRenderingContext2D | null = null;

  probe.videos = () =>
    [...document.querySelectorAll('video')].filter(
      (video) => video.srcObject instanceof MediaStream && !probe.ownStreams.has(video.srcObject.id),
    );
  probe.idOf = (video) => video.closest('.media-container')?.id ?? video.id;

  probe.look = (video) => {
    if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA)
      return { colour: 'none', plain: false };
    context ??= Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context) throw new Error('The page has no 2d canvas');
    context.drawImage(video, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height).data;
    const shareNear = (r: number, g: number, b: number): number => {
      let near = 0;
      for (let i = 0; i < pixels.length; i += 4) {
        const distance = Math.hypot((pixels[i] ?? 0) - r, (pixels[i + 1] ?? 0) - g, (pixels[i + 2] ?? 0) - b);
        if (distance < 60) near++;
      }
      return near / (width * height);
    };
    const table = { ...colours, black: [0, 0, 0] as const };
    for (const [name, [r, g, b]] of Object.entries(table))
      if (shareNear(r, g, b) > 0.85) return { colour: name, plain: true };
    const plain = shareNear(pixels[0] ?? 0, pixels[1] ?? 0, pixels[2] ?? 0) > 0.85;
    return { colour: 'other', plain };
  };

  probe.boxes = () =>
    probe.videos().map((video) => ({
      id: probe.idOf(video),
      ...probe.look(video),
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      width: video.videoWidth,
      height: video.videoHeight,
    }));
}

/** Records the colour of every frame that is painted, of pictures that are there and of those that come. */
export function installRecorder(): void {
  const { probe } = globalThis as unknown as ProbedWindow;
  const followed = new WeakSet<HTMLVideoElement>();
  let frames: Record<string, PaintedFrame[]> | undefined;

  const follow = (video: HTMLVideoElement): void => {
    if (followed.has(video)) return;
    followed.add(video);
    const painted = (): void => {
      const isRemote = video.srcObject instanceof MediaStream && !probe.ownStreams.has(video.srcObject.id);
      if (frames && isRemote)
        (frames[probe.idOf(video)] ??= []).push({ t: probe.now(), colour: probe.look(video).colour });
      if (frames) video.requestVideoFrameCallback(painted);
      else followed.delete(video);
    };
    video.requestVideoFrameCallback(painted);
  };
  const followAll = (): void => {
    document.querySelectorAll('video').forEach(follow);
  };
  const observer = new MutationObserver(followAll);

  probe.startRecording = () => {
    frames = {};
    followAll();
    observer.observe(document, { childList: true, subtree: true });
  };
  probe.stopRecording = () => {
    observer.disconnect();
    const result = frames ?? {};
    frames = undefined;
    return result;
  };
}

/** Measures how loud each tone is in each remote stream. */
export function installToneProbe(): void {
  const { probe } = globalThis as unknown as ProbedWindow;
  let context: AudioContext | undefined;

  probe.listen = async (tones, ms) => {
    context ??= new AudioContext();
    const audio = context;
    await audio.resume();
    const streams = new Set<MediaStream>();
    for (const element of document.querySelectorAll<HTMLMediaElement>('video, audio')) {
      const stream = element.srcObject;
      if (stream instanceof MediaStream && !probe.ownStreams.has(stream.id) && stream.getAudioTracks().length > 0)
        streams.add(stream);
    }
    const ears = [...streams].map((stream) => {
      const analyser = new AnalyserNode(audio, { fftSize: 4096, smoothingTimeConstant: 0 });
      const source = audio.createMediaStreamSource(stream);
      source.connect(analyser);
      const levels = Object.fromEntries(Object.keys(tones).map((tone) => [tone, -Infinity]));
      return { analyser, source, levels, spectrum: new Float32Array(analyser.frequencyBinCount) };
    });
    const hear = (): void => {
      for (const { analyser, levels, spectrum } of ears) {
        analyser.getFloatFrequencyData(spectrum);
        for (const [tone, frequency] of Object.entries(tones)) {
          const bin = Math.round((frequency * analyser.fftSize) / audio.sampleRate);
          levels[tone] = Math.max(levels[tone] ?? -Infinity, ...spectrum.slice(bin - 1, bin + 2));
        }
      }
    };
    const timer = setInterval(hear, 40);
    await new Promise((resolve) => setTimeout(resolve, ms)); // the length of the measurement
    clearInterval(timer);
    for (const { source } of ears) source.disconnect();
    await audio.suspend();
    return ears.map(({ levels }) => levels);
  };
}

/** Reports what a page says and hears on socket.io, of any version of the client, whatever transport carries it. */
export function installWireProbe(): void {
  const target = globalThis as unknown as ProbedWindow;
  const { probe } = target;
  interface Socket {
    emit(event: string, ...args: unknown[]): unknown;
    onevent(packet: { data: unknown[] }): void;
  }
  const report = (direction: 'sent' | 'received', [event, ...args]: unknown[]): void => {
    const plain = JSON.parse(
      JSON.stringify(args, (_, value: unknown) => (typeof value === 'function' ? undefined : value)),
    ) as unknown[];
    void target.reportWire?.({ t: probe.now(), direction, event: String(event), args: plain });
  };
  const own = ['connect', 'connecting', 'connect_error', 'disconnect', 'reconnect', 'ping', 'pong', 'error'];
  const watch = (socket: Socket): Socket => {
    const emit = socket.emit.bind(socket);
    const onevent = socket.onevent.bind(socket);
    socket.emit = (...args) => {
      if (!own.includes(args[0])) report('sent', args);
      return emit(...args);
    };
    socket.onevent = (packet) => {
      report('received', packet.data);
      onevent(packet);
    };
    return socket;
  };
  let client: unknown;
  Object.defineProperty(globalThis, 'io', {
    configurable: true,
    get: () => client,
    set(library: unknown) {
      if (typeof library !== 'function') {
        client = library;
        return;
      }
      client = new Proxy(library, {
        apply: (connect, self, args) => watch(Reflect.apply(connect, self, args) as Socket),
      });
    },
  });
}
