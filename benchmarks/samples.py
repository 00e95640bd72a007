"""Print what a bundle says of drawn lesions, to choose the samples that the page offers: one in each tier, all read.

python benchmarks/samples.py [BUNDLE] [--seeds 12]
"""

import argparse
from pathlib import Path

from epiluma.bundle.read import load_bundle
from epiluma.data.synthetic import drawn_lesion
from epiluma.inference.classifier import Classifier
from epiluma.records import Modality
from epiluma.taxonomy import CODES
from epiluma.web.samples import SAMPLES, sample_picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path, nargs="?")
    parser.add_argument("--seeds", type=int, default=12)
    options = parser.parse_args()
    classifier = Classifier(load_bundle(options.bundle))
    pictures = {f"sample {key}": sample_picture(key) for key in SAMPLES}
    pictures |= {f"{dx} {seed}": drawn_lesion(seed=seed, dx=dx) for dx in CODES for seed in range(options.seeds)}
    print("| drawn | tier | first | malignant | reasons |\n|---|---|---|---|---|")
    for name, picture in pictures.items():
        said = classifier.read(picture, modality=Modality.DERMOSCOPIC).prediction
        share = f"{said.malignant_probability:.2f}"
        print(f"| {name} | {said.tier.value} | {said.top3[0].code} | {share} | {', '.join(said.reasons)} |", flush=True)


if __name__ == "__main__":
    main()
