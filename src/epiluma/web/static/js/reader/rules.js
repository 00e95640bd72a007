// From the network's outputs to the record: the same small set of rules as on the server, to the last bit. So sums run
// from left to right in the order of the diagnoses, in double precision.
import { must } from "./errors.js";
import { DIAGNOSES, NOTICE, SCHEMA } from "./facts.js";

const CODES = DIAGNOSES.map(({ code }) => code);

/**
 * @typedef {object} Scores the numbers of one picture, as the network gives them
 * @property {ArrayLike<number>} probabilities seven
 * @property {ArrayLike<number>} decisionScores seven; only their order counts
 * @property {number} abstentionScore higher means refuse
 * @property {ArrayLike<number>} quality in the order of the manifest
 */

/**
 * @param {Scores} scores
 * @param {object} manifest of the bundle
 * @param {{ file: string, sha256: string, modality: "dermoscopic" | "clinical" | "unknown", geometry?: object }} picture
 * @returns {object} the record
 * @throws {ReadingError} `bundle.output`: the network gave numbers that cannot be
 */
export function makeRecord(scores, manifest, { file, sha256, modality, geometry }) {
  check(scores, manifest);
  const total = sum(scores.probabilities);
  const probabilities = Array.from(scores.probabilities, (value) => value / total);
  const top3 = largest(probabilities, 3);
  const [decided] = largest(scores.decisionScores, 1);
  const malignant = Math.min(1, sum(probabilities.filter((_, index) => DIAGNOSES[index].countsAsMalignant)));
  const reasons = qualityReasons(scores.quality, manifest.quality);
  if (reasons.length === 0 && scores.abstentionScore > manifest.abstention.threshold) reasons.push("abstention.unfamiliar");
  const abstained = reasons.length > 0;
  const suspicious = [top3[0], decided].some((index) => DIAGNOSES[index].countsAsMalignant);
  const tier = tierOf(malignant, manifest.tiers, suspicious);
  if (modality === "clinical") reasons.push("modality.clinical");
  if (modality === "unknown" && tier === "low" && !abstained) reasons.push("modality.unknown");
  return {
    schema: SCHEMA,
    file,
    sha256,
    model_id: manifest.id,
    modality,
    ...(geometry ? { geometry } : {}),
    probabilities: Object.fromEntries(CODES.map((code, index) => [code, probabilities[index]])),
    top3: top3.map((index) => ({ ...pick(DIAGNOSES[index]), probability: probabilities[index] })),
    decision: { code: CODES[decided], rule: manifest.decision.rule },
    malignant_probability: malignant,
    tier: reasons.length > 0 ? "not_assessed" : tier,
    abstained,
    reasons,
    notice: NOTICE,
  };
}

function pick({ code, name }) {
  return { code, name };
}

// A value on a limit is inside.
function qualityReasons(values, limits) {
  return limits.flatMap(({ minimum, maximum, below, above }, index) => [
    ...(minimum !== undefined && below !== undefined && values[index] < minimum ? [below] : []),
    ...(maximum !== undefined && above !== undefined && values[index] > maximum ? [above] : []),
  ]);
}

function tierOf(malignant, tiers, suspicious) {
  if (malignant >= tiers.high_from) return "high";
  return malignant >= tiers.intermediate_from || suspicious ? "intermediate" : "low";
}

// JavaScript's sort is stable, so that of equal values the first diagnosis comes first.
function largest(values, count) {
  return [...Array(values.length).keys()].sort((one, other) => values[other] - values[one]).slice(0, count);
}

function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function check({ probabilities, decisionScores, abstentionScore, quality }, manifest) {
  const lengths = [probabilities.length, decisionScores.length, quality.length];
  const expected = [CODES.length, CODES.length, manifest.quality.length];
  const numbers = [...probabilities, ...decisionScores, ...quality, abstentionScore];
  must(
    lengths.every((length, index) => length === expected[index]) &&
      numbers.every(Number.isFinite) &&
      Math.min(...probabilities) >= 0 &&
      Math.abs(sum(probabilities) - 1) < 1e-3,
    "bundle.output",
  );
}
