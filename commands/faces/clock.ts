/** Times of messages, as a person reads them beside each. Pure but for the time zone. */

const two = (value: number) => String(value).padStart(2, "0");

/** "2026-11-27", in local time. */
export function dayOf(time: number): string {
  const at = new Date(time);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/**
 * The time of a message: "12:05", with its day where that is not today, and marked where its author's clock is off.
 *
 * @param now milliseconds since 1970, as `time`
 */
export function messageClock(
  { time, clockAhead }: { readonly time: number; readonly clockAhead?: number | undefined },
  now = Date.now(),
): string {
  const at = new Date(time);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  const day = dayOf(time);
  const whole = day === dayOf(now) ? clock : `${day} ${clock}`;
  return clockAhead === undefined ? whole : `${whole}?`;
}
