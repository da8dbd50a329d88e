/** Lets the page have a camera and no sound. Runs inside pages, before any script of the page. */
export function installNoMicrophone(): void {
  const devices = navigator.mediaDevices as MediaDevices | undefined; // undefined on an insecure origin
  const capture = devices?.getUserMedia.bind(devices);
  if (devices && capture) devices.getUserMedia = (constraints) => capture({ ...constraints, audio: false });
}
