/** Texts for SNMP, whose limits count octets and not characters. */

/** SnmpAdminString and DisplayString hold 255 octets (SNMP-FRAMEWORK-MIB, SNMPv2-TC). */
const MOST_OCTETS = 255;

/** A text in UTF-8, cut before the character that would not fit whole. */
export function adminString(text: string): Buffer {
  const octets = new Uint8Array(MOST_OCTETS);
  const { written } = new TextEncoder().encodeInto(text, octets);
  return Buffer.from(octets.subarray(0, written));
}

/** A DisplayString is ASCII of Telnet: other characters and control characters become question marks. */
export function displayString(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^\u0020-\u007e]/gu, "?").slice(0, MOST_OCTETS), "ascii");
}
