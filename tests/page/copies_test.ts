/** What `p2p ui` keeps on the disk of files that it sends: no copy longer than something needs it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { encodePublicKeyText } from "../../lib/crypto/keys/text.ts";
import { generateKeyPair } from "../../lib/crypto/sm2.ts";
import { type Listener, listener, stopping } from "../e2e/support.ts";
import { p2p, withFolder } from "../support/executable.ts";
import { PageClient } from "./client.ts";
import { texturedPng } from "./pictures.ts";
import { serve, type Served } from "./support.ts";
import { until } from "../support/until.ts";

/** What lies in a folder; nothing in one that is removed meanwhile. */
function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [];
  }
}

/** What lies below a home's copies, without what other programs hold: "sent/…/a.txt". */
function copiesIn(home: string): string[] {
  const found: string[] = [];
  const look = (folder: string) => {
    for (const { name, isDirectory } of entriesOf(join(home, "uploads", folder))) {
      const path = join(folder, name);
      if (isDirectory) look(path);
      else if (!/(?:^|[./])lock$/.test(name)) {
        found.push(path.replace(/^(\w+)(?:-\w+)?\/.*\/(.*)$/, "$1/$2"));
      }
    }
  };
  look("");
  return found.sort();
}

/** Waits until exactly that lies there. */
async function lies(home: string, ...expected: string[]): Promise<void> {
  const wanted = JSON.stringify(expected);
  await until(() => JSON.stringify(copiesIn(home)) === wanted, wanted);
}

const bytes = (text: string) => new TextEncoder().encode(text);
const nobody = () => encodePublicKeyText(generateKeyPair().publicKey);

interface Pair {
  readonly served: Served;
  readonly page: PageClient;
  readonly peer: Listener;
  /** The peer's key. */
  readonly key: string;
  readonly folder: string;
}

/** A page and a listener who know each other. */
function pair(args: readonly string[], use: (pair: Pair) => Promise<void>): Promise<void> {
  return withFolder((folder) =>
    stopping(async (keep) => {
      const save = join(folder, "taken");
      await Deno.mkdir(save);
      const served = await serve(join(folder, "page"));
      keep(served.run);
      const peer = keep(
        await listener(["--json", "--save-dir", save, ...args], { home: join(folder, "peer") }),
      );
      const page = await PageClient.open(served, "Alice");
      const call = await page.command("call", { to: peer.peer });
      const { key } = call["peer"] as { key: string };
      await page.command("contact", { name: "peer", key, address: peer.peer });
      try {
        await use({ served, page, peer, key, folder });
      } finally {
        page.close();
      }
    })
  );
}

const ALL = ["--accept", "all"];
const picture = texturedPng(40, 30);

Deno.test("what is delivered leaves nothing but the picture that the page shows, and that goes with the history", () =>
  pair(ALL, async ({ served: { home }, page, key }) => {
    for (const [name, content] of [["a.txt", bytes("text")], ["b.png", picture]] as const) {
      const ref = page.tell("file", { to: key, upload: await page.upload(name, content) });
      await page.event((event) => event["type"] === "delivered" && event["ref"] === ref);
    }
    await lies(home, "kept/b.png");
    const shown = async () => {
      const { messages } = await page.command("history", { with: key }) as {
        messages: Array<{ id: string; text: string; path?: string }>;
      };
      return messages.filter(({ path }) => path !== undefined);
    };
    const [message, ...others] = await shown();
    assert.deepEqual([message?.text, others], ["b.png", []]);
    const file = `/files/${key}/${message!.id}`;
    const part = await page.ask("GET", file, undefined, { Range: "bytes=4-9" });
    assert.equal(part.status, 206);
    assert.deepEqual(new Uint8Array(await part.arrayBuffer()), picture.slice(4, 10));
    await page.command("delete-history", { with: key });
    await lies(home);
    assert.equal((await page.ask("GET", file)).status, 404);
    assert.deepEqual(await shown(), []);
  }));

Deno.test("what is declined or cancelled leaves nothing, nor does what is hidden by the page", () =>
  pair(["--accept", "contacts"], async ({ served: { home }, page, key }) => {
    const declined = page.tell("file", { to: key, upload: await page.upload("b.png", picture) });
    await page.event((event) => event["type"] === "failed" && event["ref"] === declined);
    await lies(home);
    const large = texturedPng(320, 240);
    const hide = { to: key, upload: await page.upload("c.png", large), text: "x" };
    const hidden = page.tell("hide", hide);
    await page.event((event) => event["type"] === "failed" && event["ref"] === hidden);
    await lies(home);
    // Somebody who is not there.
    const ids: string[] = [];
    for (const name of ["d.txt", "e.png"]) {
      const upload = await page.upload(name, name === "e.png" ? picture : bytes("text"));
      const ref = page.tell("file", { to: nobody(), upload });
      const { id } = await page.event((event) => event["ref"] === ref);
      ids.push(id as string);
    }
    await lies(home, "kept/e.png", "sent/d.txt");
    for (const id of ids) await page.command("cancel", { id });
    assert.deepEqual(copiesIn(home), []);
    // A command that cannot be carried out.
    await page.command("file", { to: "@nowhere", upload: await page.upload("f.txt", bytes("f")) });
    await page.command("file", { to: 7, upload: await page.upload("g.txt", bytes("g")) });
    await lies(home);
  }));

Deno.test("a kill leaves what waits and what was half there; the next start removes the rest", () =>
  pair(ALL, async ({ served, page, folder }) => {
    const { home } = served;
    const to = nobody();
    const ref = page.tell("file", { to, upload: await page.upload("w.txt", bytes("w")) });
    const { id } = await page.event((event) => event["ref"] === ref);
    const half = { name: "half.bin", size: 8, modified: 1 };
    const begun = await page.post("/uploads", half);
    await page.ask("PUT", `/uploads/${begun["id"]}?offset=0`, bytes("half"));
    // Something that is being made when the kill comes, and a row that was deleted just before it.
    const [run] = [...Deno.readDirSync(join(home, "uploads"))].filter(({ name }) =>
      name.startsWith("new-")
    );
    await Deno.mkdir(join(home, "uploads", run!.name, "made"));
    await Deno.writeTextFile(join(home, "uploads", run!.name, "made", "m.txt"), "m");
    await Deno.mkdir(join(home, "uploads", "kept", "f".repeat(32), "x"), { recursive: true });
    await Deno.writeTextFile(join(home, "uploads", "kept", "f".repeat(32), "x", "k.png"), "k");
    // Another program of the same home leaves alone what a program that runs is making.
    await p2p(["send-file", "127.0.0.1:1", join(home, "p2p.db"), "--timeout", "1"], { home });
    assert.ok(copiesIn(home).includes("new/m.txt"), copiesIn(home).join());
    served.run.kill("SIGKILL");
    await served.run.code();
    const again = await serve(join(folder, "page"));
    try {
      const next = await PageClient.open(again);
      await lies(home, "parts/about.json", "parts/part", "sent/w.txt");
      assert.equal((await next.post("/uploads", half))["offset"], 4);
      await next.post(`/uploads/${begun["id"]}/drop`);
      const { items } = await next.command("outbox") as { items: Array<{ id: string }> };
      assert.deepEqual(items.map((item) => item.id), [id]);
      await p2p(["outbox", "cancel", id as string], { home });
      assert.deepEqual(copiesIn(home), []);
      // Without a history nothing says what a copy is for: it is there to the end of the program.
      await next.command("set", { name: "history", value: "off" });
      next.close();
    } finally {
      again.run.kill("SIGTERM");
      assert.equal(await again.run.code(), 143);
    }
    const last = await serve(join(folder, "page"));
    try {
      const quiet = await PageClient.open(last);
      const upload = await quiet.upload("n.txt", bytes("n"));
      const waits = quiet.tell("file", { to, upload });
      await quiet.event((event) => event["type"] === "waiting" && event["ref"] === waits);
      assert.deepEqual(copiesIn(home), ["new/n.txt"]);
      quiet.close();
    } finally {
      last.run.kill("SIGTERM");
      assert.equal(await last.run.code(), 143);
    }
    assert.deepEqual(copiesIn(home), []);
  }));

Deno.test("own notes are heard again in the page, of persons and of groups, from encrypted copies that go with them", () =>
  pair(ALL, async ({ served: { home }, page, peer, key }) => {
    const note = await Deno.readFile(
      new URL("../../fixtures/voice/stereo-24.wav", import.meta.url),
    );
    const made = await page.command("group-create", { name: "friends", members: [key] });
    const { group } = made as { group: { id: string } };
    for (const [to, talk] of [[key, key], ["@friends", group.id]] as const) {
      const upload = await page.upload("note.wav", note);
      page.tell("voice", { to, upload });
      const { id } = await page.event((event) =>
        event["type"] === "delivered" && event["what"] === "voice" &&
        ("group" in event) === (to !== key)
      );
      await peer.out.match(new RegExp(`"type":"voice".*\\.wav`));
      await lies(home, "kept/note.wav.enc");
      const sealed = await Deno.readTextFile(only(home));
      assert.match(sealed, /^p2p-encrypted-file\/v1\n/);
      const file = await page.ask("GET", `/files/${talk}/${id}`);
      assert.deepEqual(new Uint8Array(await file.arrayBuffer()), note);
      const range = { Range: "bytes=8-11" };
      const part = await page.ask("GET", `/files/${talk}/${id}`, undefined, range);
      assert.deepEqual([part.status, await part.text()], [206, "WAVE"]);
      await page.command("delete-history", { with: to });
      await lies(home);
    }
  }));

/** The one copy that a message owns. */
function only(home: string): string {
  let path = join(home, "uploads", "kept");
  while (Deno.statSync(path).isDirectory) path = join(path, [...Deno.readDirSync(path)][0]!.name);
  return path;
}
