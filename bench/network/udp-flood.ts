/**
 * What the runtime's sockets do by themselves: `recv HOST PORT EVERY` counts what arrives and, where EVERY is not 0,
 * answers each EVERY datagrams with one byte; `send HOST PORT SIZE MS WINDOW` sends as fast as it can, with at most WINDOW
 * datagrams unanswered where WINDOW is not 0. The receiver prints bytes per millisecond from the first datagram to the
 * last. Awaiting each send and each receive by itself is what was measured to be fastest (see lib/net/socket.ts).
 */
const [role, hostname = "", port = "0", ...numbers] = Deno.args;
/** How long a sender waits for an answer before it takes what it sent for lost. */
const PATIENCE_MS = 20;

if (role === "recv") {
  const every = Number(numbers[0]);
  const socket = Deno.listenDatagram({ hostname, port: Number(port), transport: "udp" });
  const buffer = new Uint8Array(65_536);
  const answer = new Uint8Array(1);
  let bytes = 0;
  let count = 0;
  let first = 0;
  let last = 0;
  console.log(`ready ${(socket.addr as Deno.NetAddr).port}`);
  for (;;) {
    const [{ length }, from] = await socket.receive(buffer);
    if (length === 1) break;
    last = performance.now();
    if (first === 0) first = last;
    bytes += length;
    if (every > 0 && ++count % every === 0) await socket.send(answer, from);
  }
  console.log(`rate ${bytes / (last - first)}`);
  Deno.exit(0);
}
const [size = 0, duration = 0, window = 0, every = 1] = numbers.map(Number);
const socket = Deno.listenDatagram({
  hostname: hostname === "127.0.0.1" ? hostname : "0.0.0.0",
  port: 0,
  transport: "udp",
});
const to = { hostname, port: Number(port), transport: "udp" as const };
const datagram = new Uint8Array(size);
let inFlight = 0;
let answered = Promise.withResolvers<void>();
if (window > 0) void takeAnswers();

async function takeAnswers(): Promise<void> {
  const buffer = new Uint8Array(16);
  for (;;) {
    await socket.receive(buffer);
    inFlight = Math.max(0, inFlight - every);
    answered.resolve();
    answered = Promise.withResolvers();
  }
}

const end = performance.now() + duration;
while (performance.now() < end) {
  for (let i = 0; i < 16 && (window === 0 || inFlight < window); i++) {
    await socket.send(datagram, to);
    inFlight++;
  }
  if (window === 0 || inFlight < window) continue;
  const patience = setTimeout(() => {
    inFlight = 0;
    answered.resolve();
  }, PATIENCE_MS);
  await answered.promise;
  clearTimeout(patience);
}
for (let i = 0; i < 5; i++) {
  await socket.send(new Uint8Array(1), to);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
Deno.exit(0);
