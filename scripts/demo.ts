/**
 * `deno task demo`: two peers with fresh homes on loopback do the whole job, and print what they did: keys, a chat
 * in both directions, a file, a picture with a hidden message, a voice note. Needs neither ffmpeg nor sox.
 */
import { join, resolve } from "node:path";
import { sm3 } from "../lib/crypto/sm3.ts";
import { hex } from "../lib/bytes.ts";
import { chime, sunset } from "./demo/media.ts";
import { type Conversation, Person, say } from "./demo/program.ts";
import { wordsOf } from "./demo/words.ts";
import { languageOf } from "../lib/text/language.ts";

/** What is told, in the language that p2p itself would choose. */
const told = wordsOf(languageOf({
  flag: undefined,
  variable: Deno.env.get("P2P_LANG"),
  locale: ["LC_ALL", "LC_MESSAGES", "LANG"].map((name) => Deno.env.get(name)),
}));

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
  say(told.same(digestA.slice(0, 16), b.length));
}

async function chat(alice: Person, listening: Conversation, peer: string): Promise<void> {
  say(told.talk);
  const talking = alice.start(["chat", peer]);
  try {
    await talking.next("connected");
    await talking.command({ type: "message", text: "Hello Bob, 你好！" });
    const heard = await listening.next("message");
    say(told.bobReads(String(heard.text)));
    await talking.next("delivered");
    await listening.command({ type: "message", text: "Hello Alice, 很高兴认识你 🙂" });
    say(told.aliceReads(String((await talking.next("message")).text)));
    await listening.next("delivered");
    say(told.acknowledged);
    await talking.quit();
  } finally {
    talking.stop();
  }
}

async function job(alice: Person, bob: Person): Promise<void> {
  say(told.identities);
  await alice.run(["keygen", "--no-passphrase"]);
  const bobKey = (await bob.run(["keygen", "--no-passphrase"])).trim();

  say(told.listens);
  const listening = bob.start([
    ...["listen", "--bind", "127.0.0.1", "--port", "0"],
    ...["--accept", "all", "--save-dir", "in", "--no-play"],
  ]);
  try {
    const { port } = await listening.next("listening");
    const peer = `127.0.0.1:${port}`;
    say(told.on(peer));
    await chat(alice, listening, peer);

    say(told.file);
    const file = join(alice.folder, "data.bin");
    const data = new Uint8Array(FILE_BYTES);
    for (let i = 0; i < data.length; i += 65536) {
      crypto.getRandomValues(data.subarray(i, i + 65536));
    }
    await Deno.writeFile(file, data);
    await alice.run(["send-file", peer, "data.bin"]);
    const arrived = String((await listening.next("file")).path);
    await compare(file, resolve(bob.folder, arrived));

    say(told.hidden);
    await Deno.writeFile(join(alice.folder, "sunset.png"), sunset(640, 400));
    const secret = "Meet at nine, 老地方见";
    const shown = bobKey.slice(0, 12);
    const hide = ["stego", "hide", "sunset.png", secret, "-r", bobKey];
    await alice.run(hide, `stego hide sunset.png "${secret}" -r ${shown}…`);
    await alice.run(["send-file", peer, "sunset.stego.png"]);
    const picture = String((await listening.next("file")).path);
    const revealed = await bob.run(["stego", "reveal", picture], "stego reveal sunset.stego.png");
    if (revealed.trimEnd() !== secret) throw new Error("the hidden message is another one");

    say(told.voice);
    await Deno.writeFile(join(alice.folder, "note.wav"), chime());
    await alice.run(["voice", peer, "--input", "note.wav"]);
    const note = await listening.next("voice");
    say(told.sound(Number(note.seconds), String(note.path).split("/").at(-1)!));
    await listening.quit();
  } finally {
    listening.stop();
  }
}

const root = await Deno.makeTempDir({ prefix: "p2p-demo-" });
const start = performance.now();
try {
  await job(...await people(root));
  say(told.done(((performance.now() - start) / 1000).toFixed(1)));
} finally {
  await Deno.remove(root, { recursive: true });
}
