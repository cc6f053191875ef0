/** The jurisdictions of the calling rules: their names, and where each has its tile on the map. */

const NAMES: Record<string, string> = {
  AL: "Alabama", AK: "Alaska", AZ: "Arizona", AR: "Arkansas", CA: "California", CO: "Colorado", CT: "Connecticut", DE: "Delaware",
  DC: "District of Columbia", FL: "Florida", GA: "Georgia", HI: "Hawaii", ID: "Idaho", IL: "Illinois", IN: "Indiana", IA: "Iowa",
  KS: "Kansas", KY: "Kentucky", LA: "Louisiana", ME: "Maine", MD: "Maryland", MA: "Massachusetts", MI: "Michigan", MN: "Minnesota",
  MS: "Mississippi", MO: "Missouri", MT: "Montana", NE: "Nebraska", NV: "Nevada", NH: "New Hampshire", NJ: "New Jersey",
  NM: "New Mexico", NY: "New York", NC: "North Carolina", ND: "North Dakota", OH: "Ohio", OK: "Oklahoma", OR: "Oregon",
  PA: "Pennsylvania", RI: "Rhode Island", SC: "South Carolina", SD: "South Dakota", TN: "Tennessee", TX: "Texas", UT: "Utah",
  VT: "Vermont", VA: "Virginia", WA: "Washington", WV: "West Virginia", WI: "Wisconsin", WY: "Wyoming",
  AS: "American Samoa", GU: "Guam", MP: "Northern Mariana Islands", PR: "Puerto Rico", VI: "U.S. Virgin Islands",
  US: "United States",
};

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

export const placeName = (letters: string): string => NAMES[letters] ?? letters;

/** Every place but the United States as a whole, in the order of the map. */
export const PLACES: readonly Place[] = MAP.trim().split("\n").flatMap((line, row) =>
  line.trim().split(" ").flatMap((letters, column) =>
    letters === ".." ? [] : [{ letters, name: placeName(letters), row: row + 1, column: column + 1 }],
  ),
);

/** In the order of their names, for lists and forms. */
export const BY_NAME: readonly Place[] = PLACES.toSorted((a, b) => a.name.localeCompare(b.name));
export const PLACE_OPTIONS = BY_NAME.map(({ letters, name }) => [letters, `${name} (${letters})`] as const);
