/** Two real processes whose network goes away for fifteen seconds: the transfer goes on by itself. */
import { testWithNamespaces, transferOver } from "./routed.ts";

const BLACKOUT_MS = 15_000;

testWithNamespaces(
  "a transfer goes on by itself when the sender's link was down for 15 s",
  async () => {
    await transferOver(6_000_000, (hosts) => hosts.rate(20, 60_000), async ({ hosts, sent }) => {
      await sent(2_000_000);
      await hosts.link("down");
      await new Promise((resolve) => setTimeout(resolve, BLACKOUT_MS));
      await hosts.link("up");
    });
  },
);
