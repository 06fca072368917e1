/** English: a conversation at a terminal: the prompt, the line being typed, what the screen says by itself. */

interface Named {
  readonly label: string;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export const screen = {
  "screen.away": ({ label }: Named) => `${label} (away)`,
  "screen.searching": ({ query, found }: { query: string; found: boolean }) =>
    `${found ? "search" : "not found"}: ${query}> `,
  "screen.day": ({ day, weekday }: { day: string; weekday: number }) =>
    `${WEEKDAYS[weekday]}, ${day}`,
  "screen.notification": ({ label }: Named) => `message from ${label}`,
  "screen.no-number": ({ number }: { number: number }) =>
    `there is no conversation ${number}: /who lists them`,
  "screen.who": (
    { number, label, here, verified, current, fingerprint }: Named & {
      number: number;
      here: boolean;
      verified: boolean;
      current: boolean;
      fingerprint: string;
    },
  ) =>
    `${current ? ">" : " "}${number} ${label}${here ? "" : " (away)"}${
      verified ? ", verified" : ""
    }  ${fingerprint}`,
  "screen.more": ({ more }: { more: number }) => `… and ${more} more`,
  "screen.end-of-input": "/quit or Ctrl-C ends this; Ctrl-D does not",
  "screen.calling": ({ peer }: { peer: string }) => `calling ${peer} …`,
  "screen.still-calling": ({ peer, reason }: { peer: string; reason: string }) =>
    `${reason}: calling ${peer} until they answer; Ctrl-C gives up`,
  "screen.call-again": ({ label }: Named) => `Enter calls ${label} again, /quit leaves`,
  "screen.awaiting": ({ label, name }: Named & { name: string }) =>
    `waiting for ${label} to accept ${name}`,
  "screen.awaiting-voice": ({ label }: Named) => `waiting for ${label} to accept the voice note`,
  "screen.chosen": ({ label, here }: Named & { here: boolean }) =>
    here ? `your lines go to ${label}` : `your lines go to ${label}, who is away: they are kept`,
  "screen.reach-us": ({ lines }: { lines: readonly string[] }) =>
    `others reach you with: ${lines.join("   or: ")}`,
  "screen.own-key": ({ key }: { key: string }) => `your key: ${key}`,
} as const;
