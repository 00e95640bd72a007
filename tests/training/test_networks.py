"""The networks are the published ones."""

from pathlib import Path

import pytest
import torch
from torch import nn

from epiluma.errors import ConfigError, TrainingError
from epiluma.training.networks import MobileNetV2, Network, build_network, count_parameters
from epiluma.training.shipping import shipped_network
from epiluma.training.summary import summarise
from epiluma.training.weights import load_backbone, load_state, read_weights, write_weights


def test_mobilenet_v2_has_the_published_number_of_parameters() -> None:
    # Sandler et al. 2018, table 4: 3.4 M; torchvision's count to the last one.
    assert count_parameters(MobileNetV2(classes=1000)) == 3_504_872


def test_mobilenet_v2_uses_torchvisions_names() -> None:
    names = set(MobileNetV2().state_dict())

    assert {
        "features.0.0.weight",
        "features.1.conv.0.0.weight",
        "features.1.conv.1.weight",
        "features.2.conv.1.1.running_var",
        "features.17.conv.3.bias",
        "features.18.1.weight",
        "classifier.1.bias",
    } <= names
    assert len(names) == 314  # as in torchvision, batch counters included


def test_the_published_weights_load_strictly(weights_folder: Path) -> None:
    network = MobileNetV2(classes=1000)

    load_state(network, read_weights(weights_folder / "mobilenet_v2_imagenet.safetensors"))

    assert network.features[18][1].running_var.std() > 0  # 1 everywhere in a new network


def test_loading_a_backbone_leaves_the_new_head_alone() -> None:
    source, network = MobileNetV2(classes=1000), MobileNetV2()
    head = network.head.weight.clone()

    load_backbone(network, source.state_dict())

    assert torch.equal(network.head.weight, head)
    assert torch.equal(network.features[18][0].weight, source.features[18][0].weight)


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(TrainingError, match="another network"):
        load_state(MobileNetV2(), build_network("scratch_cnn").state_dict())


def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.write_bytes(b"not weights")

    with pytest.raises(TrainingError, match="cannot read weights"):
        read_weights(path)


def test_float16_weights_read_back_as_float32_within_their_rounding(tmp_path: Path) -> None:
    state = {"a": torch.tensor([1.0, 1 / 3]), "b.num_batches_tracked": torch.tensor(7)}

    write_weights(state, tmp_path / "w.safetensors", half=True)
    read = read_weights(tmp_path / "w.safetensors")

    assert list(read) == ["a"]
    assert read["a"].tolist() == pytest.approx([1.0, 1 / 3], rel=2**-11)


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(ConfigError, match="mobilenet_v2, mobilenet_edgetpu, scratch_cnn"):
        build_network("resnet")


def test_logits_are_the_mean_of_the_maps_that_explain_them() -> None:
    network = MobileNetV2().eval()
    images = torch.rand(2, 3, 64, 64)

    features = network.forward_features(images)
    maps = torch.einsum("kc,nchw->nkhw", network.head.weight, features)

    assert torch.allclose(maps.mean((2, 3)) + network.head.bias, network(images), atol=1e-5)


def test_the_shipped_network_has_no_batch_normalisation_and_says_the_same() -> None:
    torch.manual_seed(0)
    network = MobileNetV2()
    network(torch.randn(8, 3, 64, 64))  # gives the statistics some values
    images = torch.randn(2, 3, 64, 64)

    shipped = shipped_network(network)

    assert not any(isinstance(module, nn.BatchNorm2d) for module in shipped.modules())
    assert torch.allclose(shipped(images), network.eval()(images), atol=2e-3)
    assert torch.equal(shipped.head.weight, network.head.weight.half().float())


def test_shipping_a_network_read_back_from_float16_changes_nothing(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, again = MobileNetV2(), MobileNetV2()
    write_weights(network.state_dict(), tmp_path / "w.safetensors", half=True)
    load_state(again, read_weights(tmp_path / "w.safetensors"))
    images = torch.randn(1, 3, 64, 64)

    assert torch.equal(shipped_network(network)(images), shipped_network(again)(images))


def test_the_summary_counts_what_the_network_has() -> None:
    layers = summarise(MobileNetV2(), 224)

    assert sum(layer.parameters for layer in layers) == count_parameters(MobileNetV2())
    # 3×3 on 3 channels to 32 of 112×112: 27 · 32 · 112²
    assert layers[0].multiply_adds == 27 * 32 * 112**2
    assert layers[0].output == (32, 112, 112)
    # 300 M multiply-adds with 1,000 classes (Sandler et al. 2018); 1.27 M fewer with seven.
    assert sum(layer.multiply_adds for layer in layers) == pytest.approx(300e6, rel=0.01)


class RisingEdges(Network):
    """Sees only what grows brighter to the right: each logit is the mean rise over two pixels, summed over RGB."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 1, (1, 3), bias=False), nn.ReLU())
        self.classifier = nn.Sequential(nn.Linear(1, 7, bias=False))
        with torch.no_grad():
            self.features[0].weight.copy_(torch.tensor([-1.0, 0.0, 1.0]).expand(1, 3, 1, 3))
            self.classifier[0].weight.fill_(1.0)


def test_a_picture_and_its_mirror_image_get_the_same_reading() -> None:
    ramp = torch.arange(8.0).expand(1, 3, 8, 8)  # rises by 2 over two pixels in each of three channels
    one, two = shipped_network(RisingEdges()), shipped_network(RisingEdges(), mirror_views=True)

    seen = [network(picture)[0, 0].item() for network in (one, two) for picture in (ramp, ramp.flip(3))]

    assert seen == [6.0, 0.0, 3.0, 3.0]
