/** What only this window has is lost when it is closed: as long as there is such, the browser asks first. */

let kept = 0;

addEventListener("beforeunload", (event) => {
  if (kept > 0) event.preventDefault();
});

/** Has the browser ask until `work` is over. */
export async function askBeforeLeaving<T>(work: Promise<T>): Promise<T> {
  kept++;
  try {
    return await work;
  } finally {
    kept--;
  }
}
