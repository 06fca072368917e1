/** Turns texture costs into the whole numbers that the code works with. */
import { MAX_COST } from "./stc.ts";
import type { TextureMap } from "./texture.ts";

/** The cost at the lower tenth of the picture becomes this: fine steps among the best places, room above. */
const GOOD_PLACE_COST = 32;
const GOOD_PLACE_QUANTILE = 0.1;
/** Most cells looked at to find the quantile. */
const SAMPLED_CELLS = 20_000;

/** The factor from the costs of `maps` to whole numbers. */
export function costScale(maps: readonly TextureMap[]): number {
  const cells: number[] = [];
  const each = Math.ceil(SAMPLED_CELLS / maps.length);
  for (const map of maps) cells.push(...map.sample(each));
  cells.sort((a, b) => a - b);
  const good = cells[Math.floor(cells.length * GOOD_PLACE_QUANTILE)] ?? 1;
  return GOOD_PLACE_COST / good;
}

/** `cost` as a whole number from 1 to MAX_COST. */
export function wholeCost(cost: number): number {
  if (!(cost < MAX_COST)) return MAX_COST;
  return cost < 1 ? 1 : cost | 0;
}
