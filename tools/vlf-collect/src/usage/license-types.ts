/** License types by the names that sources have for them, without blanks and case. */

/** Ids of the types that our schemes and orders know, by vendor's application and name. */
const TYPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  UCM: {
    essential: "essential",
    basic: "basic",
    enhanced: "enhanced",
    enhancedplus: "enhanced_plus",
    cuwl: "cuwl",
    cuwlstandard: "cuwl",
    telepresenceroom: "telepresence_room",
    telepresence: "telepresence_room",
    foundation: "foundation",
    standard: "standard",
  },
  CUC: {
    basicmessaging: "basic_messaging",
    enhancedmessaging: "enhanced_messaging",
    standardmessaging: "standard_messaging",
    speechconnectport: "speech_connect_port",
  },
  CER: { user: "user" },
};

/**
 * The id of a type, or the name itself where it is not known.
 * @param corrections ids by name, from `[usage.types]`
 */
export function licenseType(
  application: string,
  name: string,
  corrections: ReadonlyMap<string, string>,
): string {
  const key = keyOf(name);
  const known = TYPES[application];
  return (
    corrections.get(key) ??
    (known !== undefined && Object.hasOwn(known, key) ? known[key] : undefined) ??
    name
  );
}

/** Names are padded and spelled in several ways: blanks, case and hyphens do not count. */
export function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, "");
}
