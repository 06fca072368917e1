/**
 * The checks of `p2p doctor`, in the order in which they are told, and their run: those that wait do so at the same time,
 * none for longer than its limit. Time, and everything that a run is about, is given.
 */
import { P2PError, reasonText, systemCode } from "../errors.ts";
import type { LanScope } from "../net/lan-group.ts";
import { thisHost } from "../voice/host.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import { checkAddresses } from "./addresses.ts";
import { checkClock } from "./clock.ts";
import { checkCryptography } from "./cryptography.ts";
import { checkDatabase } from "./database.ts";
import { type Area, fail, type Finding, type Judgement, warn } from "./finding.ts";
import { checkFirewall } from "./firewall.ts";
import { checkHome } from "./home.ts";
import { checkIdentity } from "./identity.ts";
import { checkMulticast } from "./multicast.ts";
import { checkPermissions } from "./permissions.ts";
import { checkPort } from "./port.ts";
import { checkMicrophone, checkPlayer, checkRecorder } from "./sound.ts";
import { checkSpace } from "./space.ts";
import { checkVersion } from "./version.ts";

/** How long a check may take, in milliseconds, before it is told that nothing answers. */
const LIMIT_MS = 3000;
/** How long is listened for the own datagram. */
const MULTICAST_MS = 800;
/** How long the sound's programs may look for microphones; ending one that does not want to takes a second more. */
const DEVICES_MS = 1500;

/** What a run is about. */
export interface DoctorOptions {
  readonly areas: readonly Area[];
  /** Of this p2p. */
  readonly version: string;
  /** The state folder; undefined where no place for one is set. */
  readonly home: string | undefined;
  /** Where received files go. */
  readonly files: string;
  readonly port: number;
  readonly lan: LanScope;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Tells this run from others at the same time. */
  readonly token: string;
  /** A signal that is aborted after so many milliseconds. */
  readonly after: (ms: number) => AbortSignal;
}

/** One check. */
export interface Check {
  readonly area: Area;
  readonly name: Text;
  /** Computes all the time: it is begun when all others are done, since it would hold them up. */
  readonly busy?: boolean;
  readonly run: () => readonly Finding[] | Promise<readonly Finding[]>;
}

/** The checks that are wished for. */
export function checksOf(options: DoctorOptions): Check[] {
  const { version, home, files, port, lan, now, token, after } = options;
  const check = (
    area: Area,
    name: Text,
    judge: () => Judgement | Promise<Judgement>,
  ): Check => ({ area, name, run: async () => [{ name, ...await judge() }] });
  const host = thisHost();
  const all: Check[] = [
    check("system", text("doctor.name.version"), () => checkVersion(version)),
    check("system", text("doctor.name.clock"), () => checkClock(now)),
    check("home", text("doctor.name.home"), () => checkHome(home)),
    check("home", text("doctor.name.permissions"), () => checkPermissions(home)),
    check("home", text("doctor.name.identity"), () => checkIdentity(home)),
    check("home", text("doctor.name.database"), () => checkDatabase(home)),
    check("home", text("doctor.name.space"), () => checkSpace(home, files)),
    check("network", text("doctor.name.addresses"), () => checkAddresses()),
    check("network", text("doctor.name.port"), () => checkPort(port, home)),
    check("network", text("doctor.name.firewall"), () => checkFirewall(port)),
    check(
      "network",
      text("doctor.name.multicast"),
      () => checkMulticast(lan, token, after(MULTICAST_MS)),
    ),
    check("sound", text("doctor.name.recorder"), () => checkRecorder(host)),
    check("sound", text("doctor.name.player"), () => checkPlayer(host)),
    check(
      "sound",
      text("doctor.name.microphone"),
      () => checkMicrophone(host, after(DEVICES_MS)),
    ),
    {
      ...{ area: "crypto", name: text("doctor.name.crypto"), busy: true },
      run: checkCryptography,
    },
  ];
  return all.filter(({ area }) => options.areas.includes(area));
}

/** What one check found, and what it was. */
export interface CheckOutcome {
  readonly check: Check;
  readonly findings: readonly Finding[];
}

/**
 * Runs the checks and answers them in their order, each as soon as it and those before it are done.
 *
 * @param begins told of each that is waited for
 */
export async function* diagnose(
  checks: readonly Check[],
  after: (ms: number) => AbortSignal,
  begins: (check: Check) => void,
): AsyncGenerator<CheckOutcome> {
  const running = new Map(
    checks.filter(({ busy }) => !busy).map((check) => [check, withinLimit(check, after)]),
  );
  const all = Promise.allSettled(running.values());
  for (const check of checks) {
    begins(check);
    if (check.busy) await all;
    yield { check, findings: await (running.get(check) ?? check.run()) };
  }
}

/** What goes wrong, or takes too long, is a finding too. */
async function withinLimit(
  check: Check,
  after: (ms: number) => AbortSignal,
): Promise<readonly Finding[]> {
  const over = after(LIMIT_MS);
  const late = Promise.withResolvers<readonly Finding[]>();
  over.addEventListener("abort", () => {
    const detail = text("doctor.late", { seconds: LIMIT_MS / 1000 });
    late.resolve([{ name: check.name, ...warn(detail) }]);
  });
  return await Promise.race([found(check), late.promise]);
}

async function found({ name, run }: Check): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof P2PError) return [{ name, ...fail(error, error.hint) }];
    if (systemCode(error) !== undefined) return [{ name, ...fail(reasonText(error)) }];
    throw error;
  }
}
