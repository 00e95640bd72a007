"""Lesions drawn by the program, for tests, the demonstration and the page's samples: no patient's picture is shipped.

They imitate what dermoscopy shows of each diagnosis, enough to teach a network to tell the drawings apart. They say
nothing about real lesions, and their identifiers (`EPI_…`, `DRAWN_…`) cannot be taken for those of the archive.
"""

from epiluma.data.synthetic.dataset import drawn_dataset
from epiluma.data.synthetic.pictures import SAMPLE_KINDS, drawn_lesion, drawn_non_lesion, drawn_sample

__all__ = ["SAMPLE_KINDS", "drawn_dataset", "drawn_lesion", "drawn_non_lesion", "drawn_sample"]
