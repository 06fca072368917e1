/**
 * What the runtime's sockets do by themselves: `recv HOST PORT` counts what arrives, `send HOST PORT SIZE MS` sends as
 * fast as it can. The receiver prints bytes per millisecond from the first datagram to the last.
 */
const BATCH = 16;
const [role, hostname = "", port = "0", size = "0", duration = "0"] = Deno.args;

if (role === "recv") {
  const socket = Deno.listenDatagram({ hostname, port: Number(port), transport: "udp" });
  const buffer = new Uint8Array(65_536);
  let bytes = 0;
  let first = 0;
  let last = 0;
  console.log(`ready ${(socket.addr as Deno.NetAddr).port}`);
  for (;;) {
    const [{ length }] = await socket.receive(buffer);
    if (length === 1) break;
    last = performance.now();
    if (first === 0) first = last;
    bytes += length;
  }
  console.log(`rate ${bytes / (last - first)}`);
  Deno.exit(0);
}
const socket = Deno.listenDatagram({
  hostname: hostname === "127.0.0.1" ? hostname : "0.0.0.0",
  port: 0,
  transport: "udp",
});
const to = { hostname, port: Number(port), transport: "udp" as const };
const datagram = new Uint8Array(Number(size));
const end = performance.now() + Number(duration);
while (performance.now() < end) {
  await Promise.all(Array.from({ length: BATCH }, () => socket.send(datagram, to)));
}
for (let i = 0; i < 5; i++) {
  await socket.send(new Uint8Array(1), to);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
