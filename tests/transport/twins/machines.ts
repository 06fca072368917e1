/** The state machines of the transport that have a twin; a new one is registered here, for tests and fuzzer alike. */
import type { Machine } from "../commands.ts";
import { ackTrackerMachine } from "./ack-tracker.ts";
import { byteRingMachine, rangeSetMachine } from "./byte-ring.ts";
import { mtuMachine } from "./mtu.ts";
import { receiveStreamMachine } from "./receive-stream.ts";
import { recoveryMachine } from "./recovery.ts";
import { sendStreamMachine } from "./send-stream.ts";

export const MACHINES: readonly Machine[] = [
  byteRingMachine,
  rangeSetMachine,
  sendStreamMachine,
  receiveStreamMachine,
  ackTrackerMachine,
  recoveryMachine,
  mtuMachine,
];
