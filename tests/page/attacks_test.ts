/** Attacks on the page: other sites, other users of the machine, what peers send. All are refused. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { p2p } from "../support/executable.ts";
import { testWithPrograms } from "../support/requires.ts";
import { raw, type RawRequest } from "./raw.ts";
import { serve, type Served, startBrowser, window } from "./support.ts";

type Headers = Record<string, string | readonly string[] | undefined>;

/** A session as a browser would have it, and its requests with changes. */
class Victim {
  readonly #served: Served;
  readonly host: string;
  cookie = "";
  key = "";

  constructor(served: Served) {
    this.#served = served;
    this.host = `127.0.0.1:${served.port}`;
  }

  /** The headers of our own page's requests. */
  headers(changes: Headers = {}): Headers {
    return {
      Host: this.host,
      Origin: `http://${this.host}`,
      "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/json",
      Cookie: this.cookie,
      "X-P2P-Key": this.key,
      ...changes,
    };
  }

  async ask(request: RawRequest & { readonly changes?: Headers }) {
    const { changes, ...rest } = request;
    return await raw(this.#served.port, { headers: this.headers(changes), ...rest });
  }

  async status(
    target: string,
    changes: Headers = {},
    more: Partial<RawRequest> = {},
  ): Promise<number> {
    return (await this.ask({ target, changes, ...more })).status;
  }

  async enter(token: string): Promise<number> {
    const body = JSON.stringify({ token });
    const answer = await this.ask({ method: "POST", target: "/session", body });
    if (answer.status !== 200) return answer.status;
    this.cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
    this.key = JSON.parse(answer.body).key;
    return 200;
  }

  /** What the server says to a WebSocket. */
  async socket(changes: Headers = {}): Promise<number> {
    return await this.status("/events", {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol": `p2p, key.${this.key}`,
      "Content-Type": undefined,
      "X-P2P-Key": undefined,
      ...changes,
    });
  }
}

const MAKE = JSON.stringify({ name: "Victim", passphrase: "" });

Deno.test("attacks over HTTP are refused", async (t) => {
  const folder = await Deno.makeTempDir();
  const served = await serve(folder);
  const other = served.port === 65535 ? 1024 : served.port + 1;
  try {
    const victim = new Victim(served);
    const post = { method: "POST", body: "{}" };
    const attack = (name: string, run: () => Promise<void>) => t.step(name, run);

    await attack("nothing is to be had before a session", async () => {
      assert.equal(
        await victim.status("/state", { Cookie: undefined, "X-P2P-Key": undefined }),
        401,
      );
      assert.equal(await victim.status("/identity", {}, { method: "POST", body: MAKE }), 401);
      assert.equal(await victim.socket(), 401);
    });
    await attack("a token that is guessed", async () => {
      assert.equal(await victim.enter("A".repeat(43)), 401);
      assert.equal(await victim.enter(""), 401);
      const target = `/session?token=${served.token}`;
      assert.equal(await victim.status(target, {}, post), 401);
    });
    await attack("a token that another site posts", async () => {
      const body = JSON.stringify({ token: served.token });
      for (const Origin of ["https://evil.example", "null", `http://127.0.0.1:${other}`]) {
        assert.equal(await victim.status("/session", { Origin }, { method: "POST", body }), 403);
      }
    });
    assert.equal(await victim.enter(served.token), 200);
    await attack("the token a second time", async () => {
      const thief = new Victim(served);
      assert.equal(await thief.enter(served.token), 401);
    });
    assert.equal(await victim.status("/identity", {}, { method: "POST", body: MAKE }), 200);
    assert.equal(await victim.status("/state"), 200);
    assert.equal(await victim.socket(), 101);

    await attack("DNS rebinding: a name of the attacker's in Host", async () => {
      for (
        const Host of [
          `evil.example:${served.port}`,
          `localhost:${served.port}`,
          "127.0.0.1",
          `127.0.0.1:${other}`,
        ]
      ) {
        assert.equal(await victim.status("/state", { Host }), 421, Host);
        assert.equal(await victim.socket({ Host }), 421, Host);
      }
    });
    await attack("DNS rebinding: Origin equal to that Host", async () => {
      const changes = {
        Host: `evil.example:${served.port}`,
        Origin: `http://evil.example:${served.port}`,
      };
      assert.equal(await victim.status("/lock", changes, post), 421);
      assert.equal(await victim.socket(changes), 421);
    });
    await attack("a request whose target names another host", async () => {
      const { status } = await victim.ask({ target: "http://evil.example/state" });
      assert.notEqual(status, 200);
    });
    await attack("CSRF: another origin posts with the cookie", async () => {
      for (
        const Origin of [
          "https://evil.example",
          "null",
          `https://${victim.host}`,
          `http://${victim.host}.evil.example`,
        ]
      ) {
        assert.equal(await victim.status("/lock", { Origin }, post), 403, Origin);
      }
      assert.equal(await victim.status("/lock", { Origin: undefined }, post), 403);
    });
    await attack("CSRF: a form, which needs no permission of the server", async () => {
      for (
        const type of [
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          undefined,
        ]
      ) {
        assert.equal(await victim.status("/lock", { "Content-Type": type }, post), 400);
      }
    });
    await attack("CSRF: a preflight gets no permission", async () => {
      const asked = { "Access-Control-Request-Method": "PUT", Origin: "https://evil.example" };
      const answer = await victim.ask({ method: "OPTIONS", target: "/uploads", changes: asked });
      assert.equal(answer.status, 405);
      assert.ok(![...answer.headers.keys()].some((name) => name.startsWith("access-control")));
    });
    await attack("a browser that says the request is another site's", async () => {
      for (const site of ["cross-site", "same-site", "none", undefined]) {
        assert.equal(await victim.status("/state", { "Sec-Fetch-Site": site }), 403, site);
      }
    });
    await attack("a WebSocket of another origin, or of none", async () => {
      for (
        const Origin of ["https://evil.example", "null", `http://127.0.0.1:${other}`, undefined]
      ) {
        assert.equal(await victim.socket({ Origin }), 403, Origin);
      }
    });
    await attack("another user's server on another port gets the cookie, and uses it", async () => {
      assert.equal(await victim.status("/state", { "X-P2P-Key": undefined }), 401);
      assert.equal(await victim.socket({ "Sec-WebSocket-Protocol": "p2p" }), 401);
      assert.equal(
        await victim.socket({ "Sec-WebSocket-Protocol": `p2p, key.${"A".repeat(43)}` }),
        401,
      );
    });
    await attack("the key without the cookie, and two cookies", async () => {
      assert.equal(await victim.status("/state", { Cookie: undefined }), 401);
      assert.equal(await victim.socket({ Cookie: undefined }), 401);
      assert.equal(
        await victim.status("/state", { Cookie: `${victim.cookie}; ${victim.cookie}x` }),
        401,
      );
    });
    await attack("the page in a frame", async () => {
      const changes = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
        Origin: undefined,
      };
      assert.equal(await victim.status("/", changes), 403);
      const typed = { ...changes, "Sec-Fetch-Dest": "document", "Accept-Encoding": "gzip" };
      const page = await victim.ask({ target: "/", changes: typed });
      assert.equal(page.status, 200);
      assert.match(page.headers.get("content-security-policy")!, /frame-ancestors 'none'/);
      assert.equal(page.headers.get("x-frame-options"), "DENY");
      assert.equal(page.headers.get("set-cookie"), undefined);
    });
    await attack("paths that leave what they name", async () => {
      for (
        const target of [
          "/../../etc/passwd",
          "/files/..%2f..%2fetc%2fpasswd",
          "/files/%2e%2e/x",
          "/files/a/../../b",
          "/files//etc/passwd",
          "/files/p2p1x/0",
          "/.",
          "/files/a\\b",
        ]
      ) {
        assert.notEqual(await victim.status(target), 200, target);
      }
    });
    await attack("an upload called by a path, and one that is not there", async () => {
      const file = JSON.stringify({ name: "../../../evil", size: 4, modified: 1 });
      const answer = await victim.ask({ method: "POST", target: "/uploads", body: file });
      assert.equal(answer.status, 200);
      const { id, name } = JSON.parse(answer.body);
      assert.ok(!name.includes("/"));
      for (
        const target of [
          "/uploads/..",
          "/uploads/../identity",
          `/uploads/${"0".repeat(32)}?offset=0`,
        ]
      ) {
        const put = { method: "PUT", body: "x" };
        assert.notEqual(
          await victim.status(target, { "Content-Type": "application/octet-stream" }, put),
          200,
        );
      }
      const put = { method: "PUT", body: "more than was said" };
      const octets = { "Content-Type": "application/octet-stream" };
      assert.equal(await victim.status(`/uploads/${id}?offset=0`, octets, put), 422);
      assert.equal(await victim.status(`/uploads/${id}/drop`, {}, post), 200);
    });
    await attack("a body without end, and one that is no object", async () => {
      const long = JSON.stringify({ language: "x".repeat(300_000) });
      assert.equal(await victim.status("/language", {}, { method: "POST", body: long }), 422);
      for (const body of ["[]", "null", "{", "\xff", ""]) {
        assert.equal(await victim.status("/language", {}, { method: "POST", body }), 422, body);
      }
    });
    await attack("another identity in the place of the one that is there", async () => {
      assert.equal(await victim.status("/identity", {}, { method: "POST", body: MAKE }), 422);
    });
    await attack("a file by a pass that was never given, and by a bare link", async () => {
      const file = `/files/${"0".repeat(64)}/${"0".repeat(32)}`;
      assert.equal(
        await victim.status(`${file}?pass=${"A".repeat(43)}`, { "X-P2P-Key": undefined }),
        401,
      );
      assert.equal(await victim.status(file, { "X-P2P-Key": undefined }), 401);
    });
    await attack(
      "what a page that was taken over could ask for: files by their paths",
      async () => {
        const socket = new WebSocket(`ws://${victim.host}/events`, {
          protocols: ["p2p", `key.${victim.key}`],
          headers: { Origin: `http://${victim.host}`, Cookie: victim.cookie },
        } as never);
        const told: string[] = [];
        await new Promise<void>((resolve, reject) => {
          socket.onerror = () => reject(new Error("no socket"));
          socket.onopen = () => {
            for (const fields of [{ path: "/etc/passwd" }, { paths: ["/etc/passwd"] }]) {
              socket.send(JSON.stringify({ type: "file", to: "x", ...fields, ref: 1 }));
            }
            socket.send(JSON.stringify({ type: "voice", to: "x", path: "/etc/passwd", ref: 1 }));
            socket.send(JSON.stringify({ type: "quit", ref: 1 }));
            socket.send("not json");
          };
          socket.onmessage = ({ data }) => {
            told.push(...String(data).split("\n"));
            if (told.filter((line) => line.includes('"error"')).length >= 5) resolve();
          };
        });
        socket.close();
        const refused = told.filter((line) => line.includes("page.no-path"));
        assert.equal(refused.length, 3);
      },
    );
    await attack("after a lock the session is good for nothing but to unlock", async () => {
      assert.equal(await victim.status("/lock", {}, post), 200);
      const [, token = ""] = await served.run.err.match(/locked[^#]*#([\w-]+)/);
      for (const target of ["/uploads", "/files/a/b"]) {
        assert.equal(await victim.status(target), 401);
      }
      assert.equal(await victim.socket(), 401);
      const state = JSON.parse((await victim.ask({ target: "/state" })).body);
      assert.equal(state.stage, "idle");
      assert.equal(state.self, undefined);
      const fresh = new Victim(served);
      assert.equal(await fresh.enter(token), 200);
      assert.equal(await victim.status("/state"), 401);
    });
    await attack("nobody else on the network reaches it", async () => {
      const outside = Deno.networkInterfaces().find(({ family, address }) =>
        family === "IPv4" && address !== "127.0.0.1"
      );
      if (outside === undefined) return;
      await assert.rejects(Deno.connect({ hostname: outside.address, port: served.port }));
    });
    served.run.kill("SIGTERM");
    assert.equal(await served.run.code(), 143);
  } finally {
    await served.run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

/** What a page that runs it would leave. */
const PAYLOAD = "globalThis.taken=1;alert(1)";

testWithPrograms("what peers send does not run in the page", ["chromium"], async (t) => {
  const folder = await Deno.makeTempDir();
  const browser = await startBrowser();
  const served = await serve(join(folder, "victim"), ["--accept", "all"]);
  try {
    const { page } = await window(browser);
    let alarms = 0;
    page.on("dialog", async (dialog) => {
      alarms++;
      await dialog.dismiss();
    });
    await page.goto(`${served.url}#${served.token}`);
    await page.waitForSelector("#field-name");
    await page.focus("#field-name");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".people");
    const [, port] = await served.run.err.match(/listening on 127\.0\.0\.1:(\d+)/);
    const peer = `127.0.0.1:${port}`;
    const home = join(folder, "attacker");
    const send = async (...args: string[]) => {
      const { code, stderr } = await p2p(args, { home, cwd: folder });
      assert.equal(code, 0, stderr);
    };
    const texts = [
      `<img src=x onerror="${PAYLOAD}">`,
      `<script>${PAYLOAD}</script>`,
      `javascript:${PAYLOAD} data:text/html,<script>${PAYLOAD}</script>`,
      `https://a.example/"onmouseover="${PAYLOAD}`,
      `{{constructor.constructor("${PAYLOAD}")()}}`,
    ];
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" onload="${PAYLOAD}"><script>${PAYLOAD}</script></svg>`;
    const files: ReadonlyArray<readonly [name: string, content: string]> = [
      [`<img src=x onerror=${PAYLOAD}>.png`, svg],
      ["picture.svg", svg],
      ["picture.png", svg],
      ["page.html", `<script>${PAYLOAD}</script>`],
    ];
    for (const text of texts) await send("chat", peer, "-m", text);
    for (const [name, content] of files) {
      await Deno.writeTextFile(join(folder, name), content);
      await send("send-file", peer, `./${name}`);
    }
    await page.waitForSelector(".person");
    await page.focus(".person");
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      (count: number) => document.querySelectorAll(".message.theirs").length >= count,
      {},
      texts.length + files.length,
    );
    const untouched = async (where: string) => {
      assert.equal(await page.evaluate(() => "taken" in globalThis), false, where);
      assert.equal(alarms, 0, where);
    };

    await t.step("texts are texts", async () => {
      const words = await page.$$eval(
        ".message.text .words",
        (all) => all.map((each) => each.textContent),
      );
      for (const text of texts) assert.ok(words.includes(text), text);
      assert.equal(await page.$(".message img, .message script"), null);
      await untouched("texts");
    });
    await t.step("links lead to the web alone, without a word to it", async () => {
      const links = await page.$$eval(
        ".message a",
        (all) => all.map((each) => `${each.getAttribute("href")} ${each.getAttribute("rel")}`),
      );
      assert.deepEqual(
        links.filter((link) =>
          !/^https:\/\/a\.example\/\S* noopener noreferrer nofollow$/.test(link)
        ),
        [],
      );
    });
    await t.step("names of files are texts", async () => {
      const names = await page.$$eval(
        ".file-name bdi",
        (all) => all.map((each) => each.textContent),
      );
      assert.ok(names.some((name) => name?.includes("<img src=x onerror=")), names.join());
      await untouched("names");
    });
    await t.step("a drawing with scripts is never shown, whatever it is called", async () => {
      assert.equal(await page.$("img.picture"), null);
      await untouched("drawings");
    });
    await t.step("a file that is opened by its address is saved, and does not run", async () => {
      const paths = await page.evaluate(async () => {
        const key = localStorage.getItem("p2p-key")!;
        const ids = [...document.querySelectorAll<HTMLElement>(".message.file")].map((each) =>
          each.dataset["id"]
        );
        const talk = await new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${location.host}/events`, ["p2p", `key.${key}`]);
          socket.onopen = () => socket.send('{"type":"conversations","ref":"t"}');
          socket.onmessage = ({ data }) => {
            const event = String(data).split("\n").map((line) => JSON.parse(line)).find(({ ref }) =>
              ref === "t"
            );
            if (event === undefined) return;
            socket.close();
            resolve(event.conversations[0].peer.key);
          };
        });
        return await Promise.all(ids.map(async (id) => {
          const path = `/files/${talk}/${id}`;
          const headers = { "x-p2p-key": key, "content-type": "application/json" };
          const body = JSON.stringify({ path });
          const { pass } = await (await fetch("/passes", { method: "POST", headers, body })).json();
          const response = await fetch(path, { headers: { "x-p2p-key": key } });
          return { url: `${path}?pass=${pass}`, all: Object.fromEntries(response.headers) };
        }));
      });
      assert.equal(paths.length, files.length);
      for (const { url, all } of paths) {
        assert.equal(all["content-type"], "application/octet-stream");
        assert.match(
          all["content-disposition"] ?? "",
          /^attachment; filename\*=UTF-8''[A-Za-z0-9._%-]+$/,
        );
        assert.match(all["content-security-policy"] ?? "", /default-src 'none'.*sandbox/);
        assert.equal(all["x-content-type-options"], "nosniff");
        // A navigation of the page's own: it becomes a download, or nothing; the page stays.
        await page.evaluate((url: string) => void (location.href = url), url);
      }
      await page.waitForSelector(".message");
      await untouched("files");
    });
    await t.step("whoever leaves the page by a link tells nothing of it", async () => {
      const policy = await page.evaluate(async () =>
        (await fetch("/state", {
          headers: { "x-p2p-key": localStorage.getItem("p2p-key")! },
        })).headers.get("referrer-policy")
      );
      assert.equal(policy, "no-referrer");
    });
    await t.step("script and style of others do not run in the page", async () => {
      const blocked = await page.evaluate(() => {
        const script = document.createElement("script");
        try {
          script.textContent = "globalThis.taken = 1";
        } catch {
          return true; // Trusted Types
        }
        document.body.append(script);
        return !("taken" in globalThis);
      });
      assert.ok(blocked);
      const framed = await page.evaluate(() => {
        const frame = document.createElement("iframe");
        frame.src = location.href;
        document.body.append(frame);
        return new Promise<boolean>((resolve) => {
          frame.onload = () => {
            try {
              resolve(frame.contentDocument?.querySelector("#page") == null);
            } catch {
              resolve(true);
            }
          };
        });
      });
      assert.ok(framed);
    });
  } finally {
    await browser.close();
    await served.run.stop();
    await Deno.remove(folder, { recursive: true });
  }
});
