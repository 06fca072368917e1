/** Uploads of the page against the executable: bounds, hostile names, a full disk, what is cut off or locked in the middle. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { MAX_PIECE_BYTES, MAX_UPLOADS, MAX_UPLOADS_BYTES } from "../../lib/files/uploads.ts";
import { listener, stopping } from "../e2e/support.ts";
import { withFolder } from "../support/executable.ts";
import { PageClient } from "./client.ts";
import { noSmallDisk, withSmallDisk } from "../support/small-disk.ts";
import { serve, type Served } from "./support.ts";
import { until } from "../support/until.ts";
import { testUnless } from "../support/requires.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A page, alone. */
function alone(
  use: (page: PageClient, served: Served, folder: string) => Promise<void>,
): Promise<void> {
  return withFolder((folder) =>
    stopping(async (keep) => {
      const served = await serve(folder);
      keep(served.run);
      const page = await PageClient.open(served, "Alice");
      try {
        await use(page, served, folder);
      } finally {
        page.close();
      }
    })
  );
}

/** What stands of uploads. */
async function standing(page: PageClient): Promise<Array<{ name: string; offset: number }>> {
  return (await (await page.ask("GET", "/uploads")).json()).uploads;
}

function parts(home: string): string[] {
  return [...Deno.readDirSync(join(home, "uploads", "parts"))].map(({ name }) => name);
}

/** A body that gives `first`, and then nothing until it is ended or broken. */
function hanging(first: Uint8Array<ArrayBuffer>) {
  let control: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      control = controller;
      controller.enqueue(first);
    },
  });
  return { body, end: () => control.close(), cut: () => control.error(new Error("cut")) };
}

/** Waits until so much of the one upload is on the disk. */
async function written(home: string, id: string, size: number): Promise<void> {
  const part = join(home, "uploads", "parts", id, "part");
  await until(() => Deno.statSync(part).size >= size, `${size} bytes of an upload`);
}

Deno.test("uploads are bounded: at once, in all, a piece, what was said", () =>
  alone(async (page, { home }) => {
    const begin = (fields: Record<string, unknown>) =>
      page.post("/uploads", { name: "a", size: 1, modified: 1, ...fields });
    const code = ({ reason }: Record<string, unknown>) =>
      (reason as { code: string } | undefined)?.code;
    const huge = await begin({ size: MAX_UPLOADS_BYTES - 5 });
    assert.equal(huge["status"], 200);
    assert.equal(code(await begin({ size: 6 })), "page.large-uploads");
    for (const size of [-1, 1.5, 2 ** 60, "1", null]) {
      assert.equal((await begin({ size }))["status"], 422, `${size}`);
    }
    await page.post(`/uploads/${huge["id"]}/drop`);
    for (let i = 0; i < MAX_UPLOADS; i++) {
      assert.equal((await begin({ name: `${i}` }))["status"], 200);
    }
    assert.equal(code(await begin({ name: "one more" })), "page.many-uploads");
    // One that is there is no further one.
    const { id, status } = await begin({ name: "0" });
    assert.equal(status, 200);
    const put = async (at: number, body: Uint8Array<ArrayBuffer>) =>
      await (await page.ask("PUT", `/uploads/${id}?offset=${at}`, body)).json();
    assert.equal(code(await put(0, bytes("too much"))), "page.upload-size");
    assert.equal(code(await put(0, new Uint8Array(MAX_PIECE_BYTES + 1))), "page.upload-size");
    assert.equal((await put(7, bytes("x"))).offset, 0);
    assert.equal(parts(home).length, MAX_UPLOADS);
  }));

Deno.test("names of uploads are no paths, whatever they say, and what comes is saved under a safe one", () =>
  withFolder((folder) =>
    stopping(async (keep) => {
      const save = join(folder, "taken");
      await Deno.mkdir(save);
      const served = await serve(join(folder, "page"));
      keep(served.run);
      const peer = keep(
        await listener(["--json", "--accept", "all", "--save-dir", save], {
          home: join(folder, "peer"),
        }),
      );
      const page = await PageClient.open(served, "Alice");
      const { peer: { key } } = await page.command("call", { to: peer.peer }) as {
        peer: { key: string };
      };
      const names = [
        "../../../escape.txt",
        "/etc/passwd",
        "..",
        ".",
        "",
        "nul\0byte.txt",
        "CON",
        "com1.txt",
        "a:b.txt",
        "C:\\Windows\\x.txt",
        "trailing. ",
        "about.json",
        "part",
        "lock",
        "\u202Etxt.exe",
        `${"名".repeat(1300)}.txt`,
        "x".repeat(4096),
      ];
      for (const name of names) {
        const ref = page.tell("file", { to: key, upload: await page.upload(name, bytes(name)) });
        await page.event((event) => event["type"] === "delivered" && event["ref"] === ref);
      }
      const long = await page.post("/uploads", { name: "x".repeat(4097), size: 1, modified: 1 });
      assert.equal((long["reason"] as { code: string }).code, "page.upload-name");
      const saved = [...Deno.readDirSync(save)].filter(({ name }) => !name.startsWith("."));
      assert.equal(saved.length, names.length);
      for (const { name } of saved) assert.doesNotMatch(name, /[\0\u202E:\\]|^CON$|[. ]$/u);
      const contents = saved.map(({ name }) => Deno.readTextFileSync(join(save, name))).sort();
      assert.deepEqual(contents, [...names].sort());
      const outside = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assert.deepEqual(outside, ["page", "peer", "taken"]);
      page.close();
    })
  ));

Deno.test("an upload that is cut off goes on where it was; two that bring the same file do not mix", () =>
  alone(async (page, { home }) => {
    const file = { name: "cut.bin", size: 12, modified: 1 };
    const { id } = await page.post("/uploads", file) as { id: string };
    const first = hanging(bytes("0123"));
    const put = page.ask("PUT", `/uploads/${id}?offset=0`, first.body);
    await written(home, id, 4);
    // Another tab: it is told where it stands, and writes nothing.
    const other = await page.ask("PUT", `/uploads/${id}?offset=0`, bytes("XXXXXXXX"));
    assert.equal((await other.json()).offset, 4);
    // It is not whole: nothing is sent.
    const early = await page.command("file", { to: "nobody", upload: id });
    assert.equal((early["reason"] as { code: string }).code, "page.upload-part");
    first.cut();
    await assert.rejects(put);
    const next = async () =>
      await (await page.ask("PUT", `/uploads/${id}?offset=4`, bytes("456789ab"))).json();
    // The server hears of the cut by its connection: until then the upload is another's.
    let { offset } = await next();
    while (offset < 12) offset = (await next()).offset;
    assert.deepEqual(await standing(page), [{ id, ...file, offset: 12 }] as unknown);
    const path = join(home, "uploads", "parts", id, "part");
    assert.equal(await Deno.readTextFile(path), "0123456789ab");
    // Two commands with the same upload: it is sent once, the other is told.
    const to = "p2p1nobody";
    const [one, two] = await Promise.all([
      page.command("file", { to, upload: id }),
      page.command("file", { to, upload: id }),
    ]);
    const codes = [one, two].map(({ reason }) => (reason as { code: string }).code);
    assert.equal(codes.filter((code) => code === "page.no-upload").length, 1);
    // Given up while it comes.
    const again = await page.post("/uploads", file);
    const second = hanging(bytes("01"));
    const going = page.ask("PUT", `/uploads/${again["id"]}?offset=0`, second.body);
    await written(home, again["id"] as string, 2);
    assert.equal((await page.post(`/uploads/${again["id"]}/drop`))["status"], 200);
    second.end();
    assert.equal((await going).status, 422);
    assert.deepEqual(parts(home), []);
  }));

Deno.test("a lock ends an upload in the middle; after the unlock it goes on where it was", () =>
  alone(async (page, { home }) => {
    const file = { name: "locked.bin", size: 8, modified: 1 };
    const { id } = await page.post("/uploads", file) as { id: string };
    const first = hanging(bytes("0123"));
    const put = page.ask("PUT", `/uploads/${id}?offset=0`, first.body);
    await written(home, id, 4);
    assert.equal((await page.post("/lock"))["status"], 200);
    await put.then(async (answer) => void await answer.body?.cancel(), () => undefined);
    assert.equal((await page.ask("PUT", `/uploads/${id}?offset=4`, bytes("4567"))).status, 401);
    assert.equal((await page.ask("GET", "/uploads")).status, 401);
    const unlocked = await page.post("/unlock", { passphrase: "" });
    assert.equal(unlocked["status"], 200, JSON.stringify(unlocked));
    assert.deepEqual(await standing(page), [{ id, ...file, offset: 4 }] as unknown);
    const rest = await page.ask("PUT", `/uploads/${id}?offset=4`, bytes("4567"));
    assert.equal((await rest.json()).offset, 8);
  }));

testUnless(
  noSmallDisk,
  "a disk that is full in the middle of an upload is told, and nothing of it stays",
  () =>
    withSmallDisk(6 << 20, (disk) =>
      stopping(async (keep) => {
        const served = await serve(disk);
        keep(served.run);
        const page = await PageClient.open(served, "Alice");
        const size = 12 << 20;
        const file = { name: "large.bin", size, modified: 1 };
        const { id } = await page.post("/uploads", file) as { id: string };
        const answers: Array<Record<string, unknown>> = [];
        for (let offset = 0; answers.at(-1)?.["code"] === undefined && offset < size;) {
          const piece = new Uint8Array(1 << 20);
          const put = await page.ask("PUT", `/uploads/${id}?offset=${offset}`, piece);
          const answer = await put.json();
          answers.push(answer);
          offset = answer.offset ?? size;
        }
        const { reason, words, hint } = answers.at(-1) as {
          reason: { code: string };
          words: string;
          hint: string;
        };
        assert.equal(reason.code, "page.upload-disk");
        assert.match(words, /large\.bin.*no space/i);
        assert.match(hint, /make room/);
        assert.ok(answers.length > 2, `${answers.length} pieces`);
        assert.deepEqual(parts(served.home), []);
        assert.deepEqual(await standing(page), []);
        // What fits is taken afterwards.
        await page.upload("small.bin", new Uint8Array(1 << 20));
        assert.equal((await standing(page)).length, 1);
        page.close();
      })),
);
