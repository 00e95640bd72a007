"""Code that the page for developers shows. The tests run every sample, so that what is shown works."""

from collections.abc import Mapping
from types import MappingProxyType

READ_ONE = """\
from pathlib import Path

import epiluma
from epiluma.records import Modality

classifier = epiluma.Classifier(epiluma.load_bundle())
reading = classifier.read(Path("spot.jpg"), modality=Modality.DERMOSCOPIC)
prediction = reading.prediction

for ranked in prediction.top3:
    print(f"{ranked.name}: {ranked.probability:.0%}")
print("tier:", prediction.tier.value)
"""

READ_MANY = """\
import json
from pathlib import Path

import epiluma

classifier = epiluma.Classifier(epiluma.load_bundle())
with Path("results.jsonl").open("w", encoding="utf-8") as results:
    for path in sorted(Path("pictures").glob("*.jpg")):
        reading = classifier.read(path.read_bytes(), file=path.name)
        print(json.dumps(reading.prediction.to_json()), file=results)
"""

LOOK_INSIDE = """\
import epiluma

bundle = epiluma.load_bundle()
print(bundle.id, bundle.manifest.tiers.high_from)
print(sorted(bundle.manifest.files))
"""

BROWSER = """\
<script type="module">
  import { classify } from "./epiluma/epiluma.js";

  document.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const record = await classify(event.target.files[0], { modality: "dermoscopic" });
    console.log(record.tier, record.top3);
  });
</script>
"""

SAMPLES: Mapping[str, str] = MappingProxyType(
    {"read_one": READ_ONE, "read_many": READ_MANY, "look_inside": LOOK_INSIDE, "browser": BROWSER}
)
