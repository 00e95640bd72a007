// A record put into words: what web/result.py does on the server, with the same words. A test compares all they show.

/**
 * @param {object} record epiluma.prediction/1
 * @param {object} words of one language, from words.js
 * @param {{ figures?: object, place?: "device" | "server", today?: Date }} about what the model's own test says, where
 *   the picture was read, and when
 * @returns {object} what each part of the result's markup says, by key
 */
export function viewOf(record, words, { figures = words.figures, place = "device", today = new Date() } = {}) {
  const tier = words.tiers[record.tier];
  const known = Object.fromEntries(words.diagnoses.map((diagnosis) => [diagnosis.code, diagnosis]));
  const reasons = record.reasons.map((code) => words.reasons[code] ?? words.other_reason);
  const ranked = words.diagnoses
    .map(({ code }) => code)
    .sort((one, other) => record.probabilities[other] - record.probabilities[one]);
  const rows = (codes) => codes.map((code) => row(known[code], record.probabilities[code]));
  const view = {
    tier: record.tier,
    word: tier.word,
    shape: tier.shape,
    refusal: record.abstained ? words.sentences.refusal : "",
    meaning: reasons.length ? reasons.map(({ why }) => why) : [tier.meaning],
    missed_melanomas: record.tier === "low" ? figures.missed_melanomas : "",
    next_steps: reasons.length ? reasons.map(({ advice }) => advice) : [tier.next_step],
    malignant_percent: record.tier === "not_assessed" ? "" : percent(record.malignant_probability),
    doubtful: doubt(record, words),
    top: rows(record.top3.map(({ code }) => code)),
    also: also(record, words, known),
    all: rows(ranked),
    explained: record.abstained ? [] : explained(record).map((code) => known[code]),
    taken: put(words.sentences.taken, { answer: words.modalities[record.modality] }),
    applied: applied(record.geometry, words),
    read_by: put(words.sentences["read-by"], { date: written(today, words), model: record.model_id }),
    tested: figures.tested,
    kept: words.sentences[`kept.${place}`],
  };
  return { ...view, announcement: announcement(view, words), copied: copied(view, words).join("\n") };
}

/** A probability as whole percent; the ends say `<1 %` and `>99 %`, since neither is ever certain. */
export function percent(share) {
  if (share < 0.01) return "<1\u00a0%";
  if (share > 0.99) return ">99\u00a0%";
  return `${Math.floor(share * 100 + 0.5)}\u00a0%`;
}

/** Fill a sentence's `%(name)s` from values. */
export function put(sentence, values) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name]).replaceAll("%%", "%");
}

function row({ name, malignancy }, share) {
  const width = Math.floor(Math.max(share * 100, 0.5) * 10 + 0.5) / 10;
  return { name, malignancy, percent: percent(share), width: width.toFixed(1) };
}

function doubt(record, { sentences }) {
  if (record.abstained) return sentences["doubt.refused"];
  return record.modality === "clinical" ? sentences["doubt.clinical"] : "";
}

function also(record, { sentences }, known) {
  const { code } = record.decision;
  if (record.abstained || code === record.top3[0].code) return "";
  const { name, malignant } = known[code];
  return put(sentences[malignant ? "also.malignant" : "also.benign"], { name });
}

function explained(record) {
  const codes = record.top3.map(({ code }) => code);
  return codes.includes(record.decision.code) ? codes : [...codes, record.decision.code];
}

function applied(geometry, { sentences }) {
  if (!geometry) return "";
  const [x, y, width, height] = geometry.crop;
  const said = [put(sentences["applied.crop"], { x, y, width, height })];
  if (geometry.rotate) said.push(put(sentences["applied.rotate"], { degrees: geometry.rotate }));
  if (geometry.flip) said.push(sentences["applied.flip"]);
  return said.join(" ");
}

function written(day, { language }) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(day);
}

function announcement({ word, top }, { sentences }) {
  return put(sentences.announcement, { tier: word, name: top[0].name, share: top[0].percent });
}

function copied(view, { sentences, notice }) {
  const [first, second, third] = view.top;
  return [
    put(sentences["copy.tier"], { tier: view.word }),
    view.refusal,
    ...view.meaning,
    view.missed_melanomas,
    put(sentences["copy.next"], { step: view.next_steps.join(" ") }),
    view.malignant_percent && put(sentences["copy.malignant"], { share: view.malignant_percent }),
    put(sentences["copy.top"], {
      first: first.name,
      a: first.percent,
      second: second.name,
      b: second.percent,
      third: third.name,
      c: third.percent,
    }),
    view.doubtful,
    view.also,
    view.taken,
    view.applied,
    view.read_by,
    view.tested,
    notice,
  ].filter(Boolean);
}
