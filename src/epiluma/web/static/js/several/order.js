// The order in which somebody works through a list; inference/table.py sorts by the same rule. What was not assessed or
// could not be read stands before "low": nothing is known of it, so somebody has to act.
const GROUPS = ["high", "intermediate", "not_assessed", "unreadable", "low", "waiting"];

/**
 * @param {{ state: string, record: object | null }} picture
 * @returns {string} its tier, or why it has none
 */
export function groupOf({ state, record }) {
  if (state === "done") return record.tier;
  return state === "failed" ? "unreadable" : "waiting";
}

/** Sort pictures: by group, inside each the higher malignant probability first; equal ones keep their order. */
export function mostSuspiciousFirst(pictures) {
  const rank = (picture) => GROUPS.indexOf(groupOf(picture));
  const chance = ({ state, record }) => (state === "done" ? record.malignant_probability : 0);
  return [...pictures].sort((one, other) => rank(one) - rank(other) || chance(other) - chance(one));
}
