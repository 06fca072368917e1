import assert from "node:assert/strict";
import fc from "fast-check";
import {
  parseArecord,
  parseAvfoundation,
  parseDshow,
  parseFfmpegSources,
  parsePactl,
  parsePactlDefault,
} from "../../lib/voice/devices.ts";

Deno.test("pactl list sources", () => {
  const list = `Source #0
	State: IDLE
	Name: mic.monitor
	Description: Monitor of Null Output
	Properties:
		device.description = "Monitor of Null Output"

Source #12
	State: SUSPENDED
	Name: alsa_input.usb
	Description: USB Microphone Analog Stereo
`;
  const info = "Server String: unix:/x\nDefault Source: alsa_input.usb\nCookie: 1\n";
  assert.equal(parsePactlDefault(info), "alsa_input.usb");
  assert.deepEqual(parsePactl(list, parsePactlDefault(info)), [
    { name: "mic.monitor", description: "Monitor of Null Output", isDefault: false },
    { name: "alsa_input.usb", description: "USB Microphone Analog Stereo", isDefault: true },
  ]);
});

Deno.test("ffmpeg -sources", () => {
  const text = `Auto-detected sources for pulse:
* mic.monitor [Monitor of Null Output] (none)
  alsa_input.usb [USB Microphone [2]]
`;
  assert.deepEqual(parseFfmpegSources(text), [
    { name: "mic.monitor", description: "Monitor of Null Output", isDefault: true },
    { name: "alsa_input.usb", description: "USB Microphone [2]", isDefault: false },
  ]);
});

Deno.test("AVFoundation devices: the sound ones, by number", () => {
  const text = `[AVFoundation indev @ 0x7f8] AVFoundation video devices:
[AVFoundation indev @ 0x7f8] [0] FaceTime HD Camera
[AVFoundation indev @ 0x7f8] AVFoundation audio devices:
[AVFoundation indev @ 0x7f8] [0] MacBook Pro Microphone
[AVFoundation indev @ 0x7f8] [1] AirPods: Pro
: Input/output error
`;
  assert.deepEqual(parseAvfoundation(text).map(({ name, description }) => [name, description]), [
    ["0", "MacBook Pro Microphone"],
    ["1", "AirPods: Pro"],
  ]);
});

Deno.test("DirectShow devices of older ffmpeg, under headings", () => {
  const text = `[dshow @ 0001] DirectShow video devices (some may be both video and audio devices)
[dshow @ 0001]  "Integrated Camera"
[dshow @ 0001]     Alternative name "@device_pnp_\\\\?\\usb#vid"
[dshow @ 0001] DirectShow audio devices
[dshow @ 0001]  "Microphone (Realtek High Definition Audio)"
[dshow @ 0001]     Alternative name "@device_cm_{33D9A762}\\wave_{1}"
dummy: Immediate exit requested
`;
  assert.deepEqual(parseDshow(text), [
    { name: "Microphone (Realtek High Definition Audio)", description: "", isDefault: true },
  ]);
});

Deno.test("DirectShow devices of newer ffmpeg, each with its kind; a colon calls for the other name", () => {
  const text = `[dshow @ 0001] "Integrated Camera" (video)
[dshow @ 0001]   Alternative name "@device_pnp_cam"
[dshow @ 0001] "Line: In" (audio)
[dshow @ 0001]   Alternative name "@device_cm_1"
[in#0 @ 0002] "Microphone (USB)" (audio)
[in#0 @ 0002]   Alternative name "@device_cm_2"
`;
  assert.deepEqual(parseDshow(text), [
    { name: "@device_cm_1", description: "Line: In", isDefault: true },
    { name: "Microphone (USB)", description: "", isDefault: false },
  ]);
});

Deno.test("arecord -l", () => {
  const text = `**** List of CAPTURE Hardware Devices ****
card 0: PCH [HDA Intel PCH], device 0: ALC257 Analog [ALC257 Analog]
  Subdevices: 1/1
card 2: USB [USB Audio], device 1: USB Audio [USB Audio #1]
`;
  assert.deepEqual(parseArecord(text).map(({ name, description }) => [name, description]), [
    ["plughw:0,0", "HDA Intel PCH, ALC257 Analog"],
    ["plughw:2,1", "USB Audio, USB Audio #1"],
  ]);
});

Deno.test("any text is a list of devices, perhaps an empty one", () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => {
    for (const parse of [parseAvfoundation, parseDshow, parseFfmpegSources, parseArecord]) {
      assert.ok(Array.isArray(parse(text)));
    }
    assert.ok(Array.isArray(parsePactl(text, undefined)));
  }));
});
