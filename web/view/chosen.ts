/** What a person chose in a list or a box stays as they chose it, whatever is painted before the program has taken it. */
import { useState } from "preact/hooks";
import { complain } from "../store.ts";

/**
 * What is shown, and what chooses: the choice until `choose` is through with it, otherwise what is so. Of several choices the
 * last counts.
 */
export function useChosen<T>(
  is: T,
  choose: (value: T) => Promise<unknown>,
): readonly [shown: T, choose: (value: T) => void] {
  const [chosen, setChosen] = useState<{ readonly value: T }>();
  const take = (value: T) => {
    const mine = { value };
    setChosen(mine);
    choose(value).catch(complain).finally(() =>
      setChosen((last) => last === mine ? undefined : last)
    );
  };
  return [chosen === undefined ? is : chosen.value, take];
}
