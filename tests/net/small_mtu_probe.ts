/** Two nodes on a loopback interface whose MTU is small: prints how much arrived. Run by small_mtu_test.ts in a namespace. */
import { inbox, node } from "./support.ts";

const [mtu] = Deno.args;
await new Deno.Command("ip", { args: ["link", "set", "lo", "up", "mtu", mtu!] }).output();
const received = Promise.withResolvers<number>();
const hub = node({
  incoming: (conversation) =>
    void inbox(conversation).next().then(({ text }) => received.resolve(text.length)),
});
const caller = node({ config: { accept: false } });
const started = performance.now();
const conversation = await caller.connect(hub.address);
const connectedMs = Math.round(performance.now() - started);
await conversation.sendMessage("x".repeat(100_000)).delivered;
console.log(JSON.stringify({ connectedMs, received: await received.promise }));
await caller.close();
await hub.close();
