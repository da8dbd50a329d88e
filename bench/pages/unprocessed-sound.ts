/**
 * Lets the page take its microphone as it is: cancelling echo and noise costs a browser more than sending a small picture. Runs
 * inside pages, before any script of the page.
 */
export function installUnprocessedSound(): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined; // undefined on an insecure origin
  const capture = devices?.getUserMedia.bind(devices);
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (devices && capture)
    devices.getUserMedia = (constraints) => capture({ ...constraints, ...(constraints?.audio && { audio }) });
}
