# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # From pictures to a served network
#
# This notebook walks the whole path of Epiluma: import, look, split, train, export, read, evaluate. It runs in about
# a minute on lesions that the program draws, because nobody's picture ships with it. With a copy of HAM10000 you
# change one line (`COPY`) and, for a network worth having, the recipe.
#
# `make test` installs what it needs; open it with any Jupyter and the interpreter in `.venv`. It is written from
# `docs/tutorial.py` by `make tutorial`.

# %%
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

from IPython.display import SVG, Image, display

import epiluma
from epiluma.data.audit import audit_manifest, find_leaks
from epiluma.data.explore import explore_manifest
from epiluma.data.ham10000 import import_ham10000
from epiluma.data.split import Splits, split_manifest
from epiluma.data.synthetic import drawn_dataset, drawn_sample
from epiluma.evaluation.report import report_text
from epiluma.export.make import export_bundle
from epiluma.inference.evaluate import evaluation_report, score_pictures
from epiluma.inference.reasons import explain
from epiluma.records import Modality
from epiluma.taxonomy import DIAGNOSES
from epiluma.training.config import recipe_from_json
from epiluma.training.curves import draw_run_curves
from epiluma.training.networks import build_network
from epiluma.training.run import train_recipe
from epiluma.training.summary import summarise
from epiluma.web.heatmap import heat_map

WORK = Path(tempfile.mkdtemp(prefix="epiluma-"))
COPY = drawn_dataset(WORK / "copy", lesions=140, seed=7, width=192, height=144)  # or Path("path/to/ham10000")

# %% [markdown]
# ## The seven diagnoses
#
# One table knows them: their codes, their order in every vector, and which of them count as malignant. Nothing about
# a class is written anywhere else.

# %%
for diagnosis in DIAGNOSES:
    print(f"{diagnosis.code:6} {diagnosis.malignancy.value:13} {diagnosis.name}")

# %% [markdown]
# ## Import
#
# Whatever the source looks like, it becomes a manifest: one row per picture, with a hash of its bytes. Here the
# folder has HAM10000's official layout. On the command line: `epiluma data import ham10000 FOLDER -o manifest.csv`.

# %%
manifest = import_ham10000(COPY, output=WORK / "manifest.csv")
first = manifest.rows[0]
print(f"{len(manifest.rows)} pictures of {len({row.lesion_id for row in manifest.rows})} lesions")
print(first)
Image(manifest.image_path(first))

# %% [markdown]
# ## Look
#
# The classes are far from equal: in HAM10000 two pictures of three show a nevus. This is why plain accuracy says
# little, and why every figure below stands beside a model that always gives the commonest answer.

# %%
charts = explore_manifest(manifest, WORK / "charts")
print(Counter(row.dx for row in manifest.rows).most_common())
SVG(charts[0])

# %% [markdown]
# ## Split by lesion
#
# Several pictures may show one lesion. If they fall on both sides of a split, the network is examined on what it has
# seen. This is the most common mistake with this data, and it is worth ten points of balanced accuracy that vanish
# elsewhere. The split below is drawn by lesion and keeps the classes' shares.

# %%
splits = split_manifest(manifest, seed=1)
print({name: len(ids) for name, ids in splits.as_dict().items()})
print("findings:", audit_manifest(manifest, splits=splits).findings)

# %% [markdown]
# What the audit would say of a split drawn by picture:

# %%
ids = sorted(row.image_id for row in manifest.rows)
by_picture = Splits(train=tuple(ids[0::2]), validation=tuple(ids[1::2]))
leaks = find_leaks(manifest, by_picture)
print(f"{len(leaks)} findings; the first: {leaks[0].message}")

# %% [markdown]
# ## The network
#
# A small CNN that can learn drawn lesions from nothing in seconds. For real pictures `configs/mobilenet_v2.toml`
# starts from ImageNet weights and takes 90 minutes on two cores.

# %%
recipe = recipe_from_json(
    {
        "name": "tutorial",
        "network": {"architecture": "scratch_cnn", "pretrained": False, "dropout": 0.1, "size_px": 48},
        "optimizer": {"batch_size": 16, "learning_rate": 3e-3, "head_learning_rate": 3e-3, "ema_decay": 0.95},
        "schedule": {"epochs": 6, "warmup": 0.1, "validate_every": 2},
        "loss": {"label_smoothing": 0.02},
        "stage": [{"name": "all", "size_px": 48}],
    }
)
for layer in summarise(build_network("scratch_cnn"), recipe.network.size_px):
    print(f"{layer.name:22} {layer.kind:18} {'×'.join(map(str, layer.output)):12} {layer.parameters:8,} parameters")

# %% [markdown]
# ## Train
#
# The train split is learnt from, the validation split chooses which weights are kept. The test split is not opened. A
# run that is stopped goes on where it was when the same call is made again.

# %%
run = train_recipe(recipe, manifest, splits, folder=WORK / "run")
print(f"{run.epochs} epochs, {run.images} pictures")
print(f"on validation: {run.figures['balanced_accuracy']:.2f} balanced accuracy")
SVG(draw_run_curves(run.folder))

# %% [markdown]
# ## Export
#
# The bundle is the only thing that goes from training to use. Its graph takes a whole decoded picture of any size:
# resizing, normalisation, calibration and the heat maps are inside, so no reader can do them differently. It is
# written only when it computes what the trained network does.

# %%
bundle = export_bundle(run.folder, WORK / "bundle", manifest=manifest, created=date(2026, 1, 1))
print(bundle.id)
print(
    "temperature:",
    round(bundle.manifest.calibration.temperature, 2),
    "fitted on",
    bundle.manifest.calibration.fitted_on,
)
print("compared with torch:", bundle.manifest.provenance["parity"])

# %% [markdown]
# ## Read a picture
#
# The same call that the command, the page and the API make.

# %%
classifier = epiluma.Classifier(bundle)
row = manifest.subset(splits.test).rows[0]
reading = classifier.read(manifest.image_path(row), modality=Modality.DERMOSCOPIC)
prediction = reading.prediction
for ranked in prediction.top3:
    print(f"{ranked.probability:6.1%}  {ranked.name}")
print(f"malignant or precancerous: {prediction.malignant_probability:.1%}, tier: {prediction.tier}")
print(f"it was drawn as {row.dx}")

# %% [markdown]
# Where the network looked for its first diagnosis, over the square that it saw:

# %%
looked = reading.activation_maps[[d.code for d in DIAGNOSES].index(prediction.top3[0].code)]
display(Image(manifest.image_path(row)), Image(heat_map(looked)))

# %% [markdown]
# A picture that shows nothing gets no tier, and a reason.

# %%
blank = classifier.read(drawn_sample("blank"), file="blank.jpg", modality=Modality.DERMOSCOPIC).prediction
print(blank.abstained, blank.tier, [explain(code).why for code in blank.reasons])

# %% [markdown]
# ## Evaluate
#
# Once, on the test split. Each figure has a 95 % interval by bootstrap over lesions; with some dozens of drawn
# lesions the intervals are wide, and they should be. Lesions that were trained on are refused.

# %%
scored = score_pictures(classifier, manifest, splits.test)
print(report_text(evaluation_report(scored, bundle=bundle, split="test")))

# %% [markdown]
# ## With real pictures
#
# ```sh
# epiluma data import ham10000 FOLDER -o ham10000.csv
# epiluma train configs/mobilenet_v2.toml --manifest ham10000.csv
# epiluma export runs/mobilenet_v2 -o mine
# epiluma evaluate mine --manifest ham10000.csv
# epiluma serve --bundle mine
# ```
#
# None of this is a diagnosis. Research and education only.
