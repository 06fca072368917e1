/**
 * Two real processes over networks that the kernel makes: Ethernet, a narrow link, loss, paths that shrink or swallow
 * large packets, a NAT that forgets, forged reports of routers.
 */
import assert from "node:assert/strict";
import { testWithNamespaces, transferOver } from "./routed.ts";

const nothing = async () => {};

testWithNamespaces("a file crosses an Ethernet with full-sized packets", async () => {
  await transferOver(20_000_000, nothing, nothing, async (hosts) => {
    const all = await hosts.counted("there");
    const large = await hosts.counted("large");
    assert.ok(large.packets > 0.7 * all.packets, `${large.packets} of ${all.packets} are large`);
  });
});

testWithNamespaces(
  "a file crosses a link of 10 Mbit/s with a short queue, without a storm",
  async () => {
    const bytes = 4_000_000;
    const slow = 8 * bytes / 10_000; // milliseconds that the link needs for the bytes alone
    await transferOver(bytes, (hosts) => hosts.rate(10, 30_000), nothing, async (hosts, took) => {
      const sent = (await hosts.counted()).bytes;
      assert.ok(took > slow, `${took} ms: the link was not slow`);
      assert.ok(sent < 1.5 * bytes, `${sent} bytes sent for ${bytes}`);
    });
  },
);

testWithNamespaces("a file crosses a link that loses 3 % of the packets each way", async () => {
  await transferOver(4_000_000, async (hosts) => {
    await hosts.rate(20, 60_000);
    await hosts.rules(`table ip loss {
      chain lose {
        type filter hook forward priority 0;
        numgen random mod 100 < 3 drop
      }
    }`);
  });
});

testWithNamespaces("a transfer goes on when a router's MTU shrinks to 1280", async () => {
  await transferOver(6_000_000, (hosts) => hosts.rate(20, 60_000), async ({ hosts, sent }) => {
    await sent(2_000_000);
    await hosts.mtu(1280);
  });
});

testWithNamespaces("a transfer goes on when the path begins to swallow large packets", async () => {
  const bytes = 6_000_000;
  await transferOver(bytes, (hosts) => hosts.rate(20, 60_000), async ({ hosts, sent }) => {
    await sent(2_000_000);
    await hosts.rules(`table ip hole {
      chain swallow {
        type filter hook forward priority 0;
        meta length > 1300 counter drop
        ip frag-off & 0x3fff != 0 counter drop
      }
    }`);
  }, async (hosts) => {
    assert.ok((await hosts.counted("large")).packets > 1000, "there was no large packet before");
    const sent = (await hosts.counted()).bytes;
    assert.ok(sent < 1.5 * bytes, `${sent} bytes sent for ${bytes}`);
  });
});

/** A NAT that keeps the sender's port in one of its zones, and gives it another when the zone changes. */
const nat = (zone: number) =>
  `table ip nat {
    set ports { type inet_service; flags dynamic; size 64; }
    chain arriving { type filter hook prerouting priority raw; ct zone set ${zone}; }
    chain leaving { type filter hook output priority raw; ct zone set ${zone}; }
    chain disguise {
      type nat hook postrouting priority srcnat;
      oifname "east" ip protocol udp masquerade to :${20_000 + 1000 * zone}-${
    20_999 + 1000 * zone
  } random
    }
    chain note {
      type filter hook postrouting priority 200;
      oifname "east" ip protocol udp add @ports { udp sport }
    }
  }`;

testWithNamespaces(
  "a transfer goes on when a NAT on the way gives the sender another port",
  async () => {
    await transferOver(8_000_000, async (hosts) => {
      await hosts.rate(20, 60_000);
      await hosts.rules(nat(1));
    }, async ({ hosts, sent }) => {
      await sent(2_000_000);
      assert.equal(await hosts.elements("nat", "ports"), 1);
      await hosts.rules(`delete table ip nat; ${nat(2)}`);
      await sent(4_000_000);
      assert.equal(await hosts.elements("nat", "ports"), 1);
    });
  },
);

testWithNamespaces(
  "a transfer survives routers that say its packets cannot be delivered",
  async () => {
    await transferOver(6_000_000, (hosts) => hosts.rate(20, 60_000), async ({ hosts, sent }) => {
      await sent(2_000_000);
      for (const type of ["port-unreachable", "host-unreachable", "admin-prohibited"]) {
        await hosts.rules(`table ip liar {
        chain refuse {
          type filter hook forward priority 0;
          iifname "west" meta length > 100 limit rate 20/second reject with icmp ${type}
          iifname "east" limit rate 20/second reject with icmp ${type}
        }
      }`);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await hosts.rules("delete table ip liar");
      }
    });
  },
);
