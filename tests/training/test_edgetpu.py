"""MobileNet-EdgeTPU: its shape, and weights published under other names."""

import pytest
import torch

from epiluma.errors import TrainingError
from epiluma.training.edgetpu import MobileNetEdgeTPU, from_published_names
from epiluma.training.networks import count_parameters


def test_it_fits_the_limit_of_a_phone() -> None:
    assert count_parameters(MobileNetEdgeTPU()) == 2_819_399


def test_its_features_are_a_thirty_second_of_the_picture() -> None:
    network = MobileNetEdgeTPU().eval()

    with torch.no_grad():
        features = network.forward_features(torch.zeros(1, 3, 64, 96))

    assert features.shape == (1, 1280, 2, 3)


def test_the_first_block_of_a_stage_adds_nothing_even_where_it_could() -> None:
    blocks = list(MobileNetEdgeTPU().features)[2:-1]

    assert [block.adds_input for block in blocks] == [False, True, True, True] * 5 + [False]


def test_a_stride_of_two_pads_on_the_right_and_below() -> None:
    network = MobileNetEdgeTPU().eval()
    stem = network.features[0]
    corner = torch.zeros(1, 3, 4, 4)
    corner[:, :, 0, 0] = 1.0

    with torch.no_grad():
        answer = stem[1](stem[0](corner))  # type: ignore[index]

    # The kernel's first place lies on the first pixel: nothing was added above or on the left.
    assert torch.allclose(answer[0, :, 0, 0], stem[1].weight[:, :, 0, 0].sum(1))  # type: ignore[index]


def test_published_weights_load_in_the_order_in_which_the_layers_run() -> None:
    network = MobileNetEdgeTPU()
    own = network.state_dict()
    published = as_published(own)

    state = from_published_names(published)

    assert set(state) == {n for n in own if n.startswith("features.") and not n.endswith("num_batches_tracked")}
    assert torch.equal(state["features.0.1.weight"], published["conv_stem.weight"])
    assert torch.equal(state["features.1.0.weight"], published["blocks.0.0.conv.weight"])
    assert torch.equal(state["features.23.1.running_var"], published["bn2.running_var"])


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(TrainingError, match="expected its 116 layers"):
        from_published_names({"conv_stem.weight": torch.zeros(1)})


def as_published(own: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Name the layers as timm does, from the table of its stages: kind of block, repeats."""
    layers = ["conv_stem", "bn1", "blocks.0.0.conv", "blocks.0.0.bn1"]
    fused, inverted = ("conv_exp", "bn1", "conv_pwl", "bn2"), ("conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3")
    for stage, (kind, repeats) in enumerate(
        [(fused, 4), (fused, 4), (inverted, 4), (inverted, 4), (inverted, 4), (inverted, 1)], start=1
    ):
        layers += [f"blocks.{stage}.{repeat}.{layer}" for repeat in range(repeats) for layer in kind]
    layers += ["conv_head", "bn2"]
    names = [name for name in own if name.startswith("features.") and not name.endswith("num_batches_tracked")]
    prefixes = list(dict.fromkeys(name.rpartition(".")[0] for name in names))
    renamed = dict(zip(prefixes, layers, strict=True))
    return {f"{renamed[n.rpartition('.')[0]]}.{n.rpartition('.')[2]}": own[n] for n in names}
