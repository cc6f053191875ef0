/** Where each jurisdiction of the calling rules has its tile on the map. */

import { place } from "../../places.ts";

/** About as the states are on a map, from west to east and from north to south. */
const MAP = `
  AK .. .. .. .. .. .. .. .. .. ME
  .. .. .. .. .. WI .. .. .. VT NH
  WA ID MT ND MN IL MI .. NY MA ..
  OR NV WY SD IA IN OH PA NJ CT RI
  CA UT CO NE MO KY WV VA MD DE ..
  .. AZ NM KS AR TN NC SC DC .. ..
  .. .. .. OK LA MS AL GA .. .. ..
  HI .. .. TX .. .. .. .. FL .. PR
  AS GU MP .. .. .. .. .. .. .. VI`;

export interface Place {
  letters: string;
  name: string;
  row: number;
  column: number;
}

/** As {@link place}, with the federal rules too. */
export const placeName = (letters: string): string => (letters === "US" ? "United States" : place(letters));

/** Every place but the United States as a whole, in the order of the map. */
export const PLACES: readonly Place[] = MAP.trim().split("\n").flatMap((line, row) =>
  line.trim().split(" ").flatMap((letters, column) =>
    letters === ".." ? [] : [{ letters, name: placeName(letters), row: row + 1, column: column + 1 }],
  ),
);

/** In the order of their names, for lists and forms. */
export const BY_NAME: readonly Place[] = PLACES.toSorted((a, b) => a.name.localeCompare(b.name));
export const PLACE_OPTIONS = BY_NAME.map(({ letters, name }) => [letters, `${name} (${letters})`] as const);
