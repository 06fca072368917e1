/** Renewing in time: a clock of its own, an authority that fails, repeats itself or refuses. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Certificate } from "../../lib/certificate/certificate.ts";
import { pauseBeforeRenewal, renewalDue } from "../../lib/certificate/renewal.ts";
import { AuthenticationError, FailureError } from "../../lib/errors.ts";
import { keepRenewed } from "../../lib/talk/renewal.ts";

const DAY = 86_400_000, HOUR = 3_600_000;

const lasting = (notBefore: number, days: number) =>
  ({ notBefore, notAfter: notBefore + days * DAY }) as Certificate;

/** What the authority does at one attempt. */
type Answer = "newer" | "same" | "fails" | "refuses";

/** Plays `answers`; the last is repeated. Answers what was done, and when. */
async function play(days: number, answers: readonly Answer[], most = 2000) {
  let time = 0, current = lasting(0, days), held = current;
  const attempts: Array<{ readonly at: number; readonly left: number }> = [];
  const failures: number[] = [];
  let longest = 0;
  const ended: unknown = await keepRenewed(current, {
    now: () => time,
    wait: (milliseconds) => {
      assert.ok(milliseconds > 0, "it never waits for nothing");
      longest = Math.max(longest, milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
    renew: () => {
      attempts.push({ at: time, left: held.notAfter - time });
      const answer = answers[Math.min(attempts.length, answers.length) - 1]!;
      if (attempts.length > most) throw new AuthenticationError("enrol.declined", {});
      if (answer === "fails") throw new FailureError("enrol.failed", {});
      if (answer === "refuses") throw new AuthenticationError("enrol.declined", {});
      if (answer === "newer") current = held = lasting(time, days);
      return Promise.resolve(current);
    },
    failed: () => failures.push(time),
  }).catch((error: unknown) => error);
  return { attempts, failures, ended, longest, time, held };
}

Deno.test("a certificate is renewed each time when a third of its time is left", async () => {
  const { attempts, failures } = await play(90, ["newer", "newer", "newer", "refuses"]);
  assert.deepEqual(attempts.map(({ at }) => at / DAY), [60, 120, 180, 240]);
  assert.deepEqual(failures, []);
});

Deno.test("an authority that is away is asked again until the certificate ends", async () => {
  const { attempts, failures, ended } = await play(90, ["fails"]);
  assert.ok(ended instanceof FailureError);
  assert.equal(attempts[0]!.left, 30 * DAY);
  assert.ok(failures.length > 100, "about once an hour");
  for (const [i, { at }] of attempts.slice(1).entries()) {
    assert.ok(at - attempts[i]!.at <= HOUR);
  }
  const back = await play(90, ["fails", "fails", "newer", "refuses"]);
  assert.equal(back.failures.length, 2);
  assert.equal(back.attempts.length, 4);
});

Deno.test("the same certificate again is no reason to ask at once", async () => {
  // The authority's clock is behind ours: it still finds the old one good for long.
  const { attempts } = await play(90, ["same", "same", "newer", "refuses"]);
  assert.ok(attempts[1]!.at - attempts[0]!.at >= HOUR);
  const never = await play(1, ["same"]);
  assert.ok(never.ended instanceof AuthenticationError);
  assert.equal((never.ended as AuthenticationError).code, "enrol.not-renewed");
});

Deno.test("whatever the authority does: waits are bounded, attempts few, and it ends by a refusal or in time", async () => {
  const answer = fc.constantFrom<Answer>("newer", "same", "fails");
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { maxLength: 30 }),
      fc.double({ min: 0.001, max: 4000, noNaN: true }),
      async (answers, days) => {
        const { attempts, longest, held, ended, time } = await play(days, [...answers, "refuses"]);
        assert.ok(longest <= HOUR);
        assert.ok(ended instanceof AuthenticationError || ended instanceof FailureError);
        for (const [i, { at, left }] of attempts.entries()) {
          assert.ok(left <= days * DAY / 3 + 1, "never before it is due");
          const before = attempts[i - 1];
          if (before !== undefined) assert.ok(at - before.at >= Math.min(1000, days * DAY / 2));
        }
        assert.ok(attempts.length <= answers.length + 1);
        assert.ok(time <= held.notAfter + HOUR);
      },
    ),
  );
});

Deno.test("a pause is a tenth of what is left, between a second and an hour", () => {
  const certificate = lasting(0, 90);
  assert.equal(renewalDue(certificate), 60 * DAY);
  assert.equal(pauseBeforeRenewal(certificate, 60 * DAY), HOUR);
  assert.equal(pauseBeforeRenewal(certificate, 90 * DAY - 100_000), 10_000);
  assert.equal(pauseBeforeRenewal(certificate, 90 * DAY - 1), 1000);
  assert.equal(pauseBeforeRenewal(certificate, 90 * DAY), undefined);
});
