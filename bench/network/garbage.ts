/** Garbage for a listener: `HOST PORT EACH_MS` sends 64 pieces every so many milliseconds, and says what came back. */
import { SeededRandom } from "../../tests/lab/random.ts";
import { garbage, initiations } from "../../tests/peer/flood.ts";

const BATCH = 64;
/** Made beforehand, and sent over and over. */
const PIECES = 4096;
const [hostname = "", port = "0", eachMs = "1"] = Deno.args;
const random = new SeededRandom(1);
const originals = initiations(1);
const pieces = Array.from({ length: PIECES }, () => garbage(random, originals));
const socket = Deno.listenDatagram({ hostname, port: 0, transport: "udp" });
const to = { hostname, port: Number(port), transport: "udp" as const };
let answered = 0;
let sent = 0;
const start = performance.now();
Deno.addSignalListener("SIGTERM", () => {
  console.log(`sent ${sent} in ${(performance.now() - start) / 1000} s, answered ${answered}`);
  Deno.exit(0);
});
void (async () => {
  for await (const [datagram] of socket) answered += datagram.length;
})();
console.log("ready");
for (;;) {
  const batch = Array.from({ length: BATCH }, (_, i) => pieces[(sent + i) % PIECES]!);
  await Promise.all(batch.map((piece) => socket.send(piece, to)));
  sent += BATCH;
  await new Promise((resolve) => setTimeout(resolve, Number(eachMs)));
}
