/**
 * `deno task demo`: two peers with fresh homes on loopback do the whole job, and print what they did: keys, a chat
 * in both directions, a file, a picture with a hidden message, a voice note. Needs neither ffmpeg nor sox.
 */
import { join, resolve } from "node:path";
import { sm3 } from "../lib/crypto/sm3.ts";
import { hex } from "../lib/bytes.ts";
import { chime, sunset } from "./demo/media.ts";
import { type Conversation, Person, say } from "./demo/program.ts";

const FILE_BYTES = 8 * 1024 * 1024;

/** Two people with homes and folders of their own below `root`. */
async function people(root: string): Promise<[Person, Person]> {
  const [alice, bob] = ["alice", "bob"].map((name) =>
    new Person(name, join(root, name, "home"), join(root, name))
  );
  for (const person of [alice!, bob!]) await Deno.mkdir(person.folder, { recursive: true });
  await Deno.mkdir(join(bob!.folder, "in"));
  return [alice!, bob!];
}

/** Whether what arrived is what was sent. */
async function compare(sent: string, received: string): Promise<void> {
  const [a, b] = await Promise.all([Deno.readFile(sent), Deno.readFile(received)]);
  const [digestA, digestB] = [hex(sm3(a)), hex(sm3(b))];
  if (digestA !== digestB) throw new Error(`${received} is not what was sent`);
  say(`      SM3 ${digestA.slice(0, 16)}… on both sides, ${b.length} bytes`);
}

async function chat(alice: Person, listening: Conversation, peer: string): Promise<void> {
  say("\n3. They talk, in both directions");
  const talking = alice.start(["chat", peer]);
  try {
    await talking.next("connected");
    await talking.command({ type: "message", text: "Hello Bob, 你好！" });
    const heard = await listening.next("message");
    say(`      bob reads:   ${heard.text}`);
    await talking.next("delivered");
    await listening.command({ type: "message", text: "Hello Alice, 很高兴认识你 🙂" });
    say(`      alice reads: ${(await talking.next("message")).text}`);
    await listening.next("delivered");
    say("      both messages were acknowledged by the other's program");
    await talking.quit();
  } finally {
    talking.stop();
  }
}

async function job(alice: Person, bob: Person): Promise<void> {
  say("1. Each makes an SM2 identity");
  await alice.run(["keygen", "--no-passphrase"]);
  const bobKey = (await bob.run(["keygen", "--no-passphrase"])).trim();

  say("\n2. Bob listens");
  const listening = bob.start([
    ...["listen", "--bind", "127.0.0.1", "--port", "0"],
    ...["--accept", "all", "--save-dir", "in", "--no-play"],
  ]);
  try {
    const { port } = await listening.next("listening");
    const peer = `127.0.0.1:${port}`;
    say(`      on ${peer}`);
    await chat(alice, listening, peer);

    say("\n4. A file");
    const file = join(alice.folder, "data.bin");
    const data = new Uint8Array(FILE_BYTES);
    for (let i = 0; i < data.length; i += 65536) {
      crypto.getRandomValues(data.subarray(i, i + 65536));
    }
    await Deno.writeFile(file, data);
    await alice.run(["send-file", peer, "data.bin"]);
    const arrived = String((await listening.next("file")).path);
    await compare(file, resolve(bob.folder, arrived));

    say("\n5. A message hidden in a picture, for Bob alone");
    await Deno.writeFile(join(alice.folder, "sunset.png"), sunset(640, 400));
    const secret = "Meet at nine, 老地方见";
    const shown = bobKey.slice(0, 12);
    const hide = ["stego", "hide", "sunset.png", secret, "-r", bobKey];
    await alice.run(hide, `stego hide sunset.png "${secret}" -r ${shown}…`);
    await alice.run(["send-file", peer, "sunset.stego.png"]);
    const picture = String((await listening.next("file")).path);
    const revealed = await bob.run(["stego", "reveal", picture], "stego reveal sunset.stego.png");
    if (revealed.trimEnd() !== secret) throw new Error("the hidden message is another one");

    say("\n6. A voice note");
    await Deno.writeFile(join(alice.folder, "note.wav"), chime());
    await alice.run(["voice", peer, "--input", "note.wav"]);
    const note = await listening.next("voice");
    say(`      bob has ${note.seconds} s of sound in ${String(note.path).split("/").at(-1)}`);
    await listening.quit();
  } finally {
    listening.stop();
  }
}

const root = await Deno.makeTempDir({ prefix: "p2p-demo-" });
const start = performance.now();
try {
  await job(...await people(root));
  say(`\nAll of it worked, in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
} finally {
  await Deno.remove(root, { recursive: true });
}
