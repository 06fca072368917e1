/** A program for lan_test.ts: runs discovery and prints its events as JSON lines. Arguments: own secret, port, contacts. */
import { fromHex, hex } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { publicKeyOf } from "../../lib/crypto/sm2.ts";
import { discoveryKey } from "../../lib/discovery/beacon.ts";
import { Lan } from "../../lib/net/lan.ts";
import { parseLanScope } from "../../lib/net/lan-group.ts";

const [secret = "", port = "0", ...contacts] = Deno.args;
const own = fromHex(secret);
const lan = await Lan.start({
  key: publicKeyOf(own),
  port: Number(port),
  contacts: contacts.map((key) => ({ key: fromHex(key), secret: discoveryKey(own, fromHex(key)) })),
  random: randomBytes,
  scope: parseLanScope(Deno.env.get("P2P_LAN")),
  event: (event) => console.log(JSON.stringify({ ...event, key: hex(event.key), at: Date.now() })),
  failed: (error) => {
    throw error;
  },
});
console.log(JSON.stringify({ type: "started", links: lan.links }));
if (port === "0") { for (const key of contacts) lan.seek(fromHex(key)); }
Deno.addSignalListener("SIGTERM", async () => {
  await lan.close();
  Deno.exit(0);
});
