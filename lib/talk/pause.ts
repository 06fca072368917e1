/** A pause that can be cut short, and holds up no program that has nothing else to do. */

/** Resolves after so long, or once the signal is given. */
export async function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  if (over.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    Deno.unrefTimer(timer);
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
