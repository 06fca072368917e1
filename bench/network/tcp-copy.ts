/** A plain copy over TCP: `sink HOST PORT` prints the rate in bytes per millisecond, `source HOST PORT BYTES` sends. */
const [role, hostname = "", port = "0", bytes = "0"] = Deno.args;
const block = new Uint8Array(256 * 1024);

if (role === "sink") {
  const listener = Deno.listen({ hostname, port: Number(port) });
  console.log("ready");
  const connection = await listener.accept();
  const start = performance.now();
  let received = 0;
  for (let n = await connection.read(block); n !== null; n = await connection.read(block)) {
    received += n;
  }
  const rate = received / (performance.now() - start);
  await connection.write(Uint8Array.of(1));
  connection.close();
  console.log(`rate ${rate}`);
  Deno.exit(0);
}
const connection = await Deno.connect({ hostname, port: Number(port) });
const start = performance.now();
for (let left = Number(bytes); left > 0;) {
  left -= await connection.write(block.subarray(0, Math.min(left, block.length)));
}
await connection.closeWrite();
await connection.read(block);
console.log(`seconds ${(performance.now() - start) / 1000}`);
connection.close();
