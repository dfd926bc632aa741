// Time zones by the browser's own tables: the offset at a moment, and the moment of a local time.
const DAY = 86_400;
const FORMATS = new Map();

function formatOf(zone) {
  if (!FORMATS.has(zone)) {
    const numeric = "2-digit";
    FORMATS.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, calendar: "gregory", hourCycle: "h23", era: "short", year: "numeric", month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric }));
  }
  return FORMATS.get(zone);
}

/** Seconds by which local time is ahead of UTC at a second since 1970. */
export function offsetAt(seconds, zone) {
  if (zone === "UTC") return 0;
  const part = {};
  for (const { type, value } of formatOf(zone).formatToParts(seconds * 1000)) part[type] = value;
  const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
  const shown = new Date(0);
  shown.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  shown.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
  return shown.getTime() / 1000 - seconds;
}

/**
 * The second since 1970 at which clocks show a local one. Where they show it twice it is the earlier,
 * or the later if it is told to be; where they skip it, they are read as if not changed yet.
 */
export function toUtc(local, zone, later = false) {
  const before = offsetAt(local - DAY, zone);
  const after = offsetAt(local + DAY, zone);
  if (before === after) return local - before;
  const possible = [before, after].filter((each) => offsetAt(local - each, zone) === each);
  return local - (possible.length === 1 ? possible[0] : later ? after : before);
}

/** Whether clocks have shown the local time of a second before. */
export function isShownAgain(second, zone) {
  return toUtc(second + offsetAt(second, zone), zone) !== second;
}
