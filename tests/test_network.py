"""A spec as data: reading layers and inputs, and what a frozen spec answers."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.graph import resolve
from lenetcalc.layers import KINDS, SPELLINGS
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.layers.fields import read_input
from lenetcalc.network import NetworkSpec
from lenetcalc.spec import loads

FIELDS: dict[str, Any] = {
    **dict.fromkeys(("filters", "out_channels", "num_output", "units", "out_features"), 6),
    **dict.fromkeys(("kernel", "kernel_size", "pool_size"), [3, 1]),
    **dict.fromkeys(("stride", "strides", "dilation", "dilation_rate"), 2),
    **dict.fromkeys(("padding", "pad"), [[0, 1], 2]),
    **dict.fromkeys(("bias", "use_bias", "bias_term"), False),
    **dict.fromkeys(("groups", "group"), 1),
    **dict.fromkeys(("rate", "p"), 0.25),
    **dict.fromkeys(("shape", "target_shape"), [2, -1]),
    **dict.fromkeys(("activation", "function"), "relu"),
    "ceil_mode": "caffe",
    "table": "lenet5",
    "repeat": 3,
    "over": "channels",
    "axis": 1,
    **dict.fromkeys(("order", "dims", "perm"), [1, 0]),
    **dict.fromkeys(("cropping", "factor", "scale_factor", "output_padding"), 2),
    **dict.fromkeys(("mode", "interpolation"), "bilinear"),
    "align_corners": True,
    **dict.fromkeys(("scale", "shift", "center"), False),
    **dict.fromkeys(("count_padding", "count_include_pad", "averaged"), True),
    **dict.fromkeys(("epsilon", "eps", "k", "alpha", "beta"), 0.5),
    **dict.fromkeys(("size", "output_size", "n", "local_size", "num_groups"), 3),
    "from": ["A"],
    "name": "A",
}
"""A good value for every word that a field may have."""

WORDS = [
    pytest.param(kind, words[0], word, id=f"{kind}-{word}")
    for kind, layer in KINDS.items()
    for words in field_words(layer).values()
    for word in words
    if words[0] != "kind"
]


def required(layer: type[Layer]) -> dict[str, Any]:
    """Good values for the fields that a kind cannot do without."""
    words = zip(layer.model_fields.values(), field_words(layer), strict=True)
    return {word: FIELDS[word] for field, word in words if field.is_required()}


@pytest.mark.parametrize(("kind", "name", "word"), WORDS)
def test_every_word_for_a_field_means_the_same(kind: str, name: str, word: str) -> None:
    others = required(KINDS[kind])
    value = FIELDS[word]
    others.pop(name, None)
    said, meant = ({"kind": kind, each: value} | others for each in (word, name))
    assert read_layer(said) == read_layer(meant)


@pytest.mark.parametrize("word", SPELLINGS)
def test_every_word_for_a_kind_is_read_as_its_class(word: str) -> None:
    spelling = SPELLINGS[word]
    fields = {name: value for name, value in required(spelling.layer).items() if name not in spelling.presets}
    layer = read_layer({"kind": word} | fields)
    assert type(layer) is spelling.layer
    assert layer.kind in KINDS


SAME_KIND = [
    ("conv", "Conv1d", "Conv2d", "Conv3d", "Conv1D", "Conv2D", "Conv3D", "Convolution"),
    ("max-pool", "MaxPool1d", "MaxPool2d", "MaxPool3d", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D"),
    ("average-pool", "AvgPool1d", "AvgPool2d", "AvgPool3d", "AveragePooling1D", "AveragePooling2D"),
    ("dense", "Linear", "linear", "Dense", "fc"),
    ("flatten", "Flatten"),
    ("dropout", "Dropout", "Dropout2d"),
    ("zero-pad", "ZeroPad2d", "ZeroPadding2D"),
    ("reshape", "Reshape", "Unflatten"),
    ("activation", "Activation", "relu", "ReLU", "Sigmoid", "Tanh", "Softmax", "LeakyReLU", "PReLU"),
    ("subsample", "subsampling"),
    ("rbf", "RBF"),
    ("transposed-conv", "ConvTranspose2d", "Conv2DTranspose", "Deconvolution"),
    ("upsample", "Upsample", "UpSampling2D", "UpsamplingBilinear2d"),
    ("crop", "Cropping2D"),
    ("permute", "Permute"),
    ("channel-shuffle", "ChannelShuffle"),
]


@pytest.mark.parametrize("words", [pytest.param(words, id=words[0]) for words in SAME_KIND])
def test_words_of_pytorch_and_keras_name_the_kind(words: tuple[str, ...]) -> None:
    assert {SPELLINGS[word].layer for word in words} == {KINDS[words[0]]}


def test_a_word_of_a_function_sets_it() -> None:
    assert read_layer("LeakyReLU") == read_layer({"kind": "activation", "function": "leaky-relu"})


UNSAID = [
    pytest.param(word, field, spelled, id=f"{word}-{spelled}")
    for word, spelling in SPELLINGS.items()
    for field in spelling.defaults
    for spelled in field_words(spelling.layer)[field]
]


@pytest.mark.parametrize(("word", "field", "spelled"), UNSAID)
def test_a_word_of_another_tool_brings_a_default_that_any_word_for_the_field_overrides(
    word: str, field: str, spelled: str
) -> None:
    layer, default = SPELLINGS[word].layer, SPELLINGS[word].defaults[field]
    other = not default if isinstance(default, bool) else 0.25
    fields = {"kind": word} | required(layer)
    assert getattr(read_layer(fields), field) == default
    assert getattr(read_layer(fields | {spelled: other}), field) == other


def test_a_word_of_another_tool_brings_its_defaults_into_a_block() -> None:
    spec = loads("""
lenetcalc: 1
input: 4x9x9
blocks:
  tools:
    parameters: [size]
    layers:
      - {name: default, kind: AvgPool2d, kernel: size, padding: 1}
      - {name: told, kind: AvgPool2d, kernel: size, padding: 1, count_include_pad: false}
      - {name: Caffe, kind: LRN, size: 2*size + 1}
      - {name: calculated, kind: LRN, size: 2*size + 1, k: 2*size}
layers:
  - {name: use, block: tools, size: 2}
""")
    default, told, caffe, calculated = [dict(node.layer) for node in resolve(spec).nodes]
    assert (default["count_padding"], told["count_padding"]) == (True, False)
    assert (caffe["k"], caffe["alpha"], caffe["averaged"], caffe["size"]) == (1, 1, True, 5)
    assert (calculated["k"], calculated["alpha"], calculated["averaged"]) == (4, 1, True)


def test_two_words_for_a_field_with_a_default_are_refused() -> None:
    with pytest.raises(ValidationError, match="count_include_pad\n  Extra inputs"):
        read_layer({"kind": "AvgPool2d", "kernel": 2, "count_padding": True, "count_include_pad": True})


def test_a_layer_is_read_as_itself() -> None:
    layer = read_layer("flatten")
    assert read_layer(layer) is layer


NO_LAYER: dict[str, tuple[object, str]] = {
    "number": (5, "no_layer"),
    "nothing": (None, "no_layer"),
    "list": (["conv"], "no_layer"),
    "empty mapping": ({}, "no_kind"),
    "unknown kind": ({"kind": "cnov"}, "unknown_kind"),
    "unknown word": ("cnov", "unknown_kind"),
    "kind that is a list": ({"kind": ["conv"]}, "unknown_kind"),
    "field that its kind sets": ({"kind": "relu", "function": "tanh"}, "preset"),
}


@pytest.mark.parametrize(("value", "fault"), [pytest.param(*row, id=name) for name, row in NO_LAYER.items()])
def test_what_is_no_layer_is_refused(value: object, fault: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        read_layer(value)
    assert refused.value.type == fault


def test_attributes_are_no_words_of_a_spec() -> None:
    with pytest.raises(ValidationError, match="sources"):
        read_layer({"kind": "flatten", "sources": ["A"]})
    with pytest.raises(ValidationError, match="target"):
        read_layer({"kind": "reshape", "target": 5})


INPUTS: dict[str, tuple[object, object]] = {
    "row": (784, (784,)),
    "spelled": ("1x28x28", (1, 28, 28)),
    "sign of multiplication": ("3×5", (3, 5)),
    "list": ([3, 5, 7], (3, 5, 7)),
    "tuple": ((3, 5), (3, 5)),
    "names": ({"a": 4, "b": "1x2"}, {"a": (4,), "b": (1, 2)}),
    "32 axes": ([2] * 32, (2,) * 32),
}


@pytest.mark.parametrize(("value", "shape"), [pytest.param(*row, id=name) for name, row in INPUTS.items()])
def test_inputs_are_read(value: object, shape: object) -> None:
    assert read_input(value) == shape


@pytest.mark.parametrize(
    "value",
    [0, -1, 1.0, True, None, "", "5", "x5", "5x", "5x0", "5x-1", "5 x 3", "5X3", [], [5, 0], [[5]], ["5"], {}]
    + [{"a": 0}, {"": 5}, {5: 5}, [1] * 33, 10**18, "1x" + "9" * 19, [True, 5], "5x3\n", "５x3"],
    ids=repr,
)
def test_what_is_no_input_is_refused(value: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_input(value)


DENSE = {"kind": "dense", "units": 3}


def made(shape: object, *layers: object) -> NetworkSpec:
    """A spec that is made in Python."""
    return NetworkSpec.model_validate({"input": shape, "layers": layers})


def test_a_spec_made_in_python_has_no_place_and_a_title() -> None:
    spec = made((1, 8, 8), {"kind": "conv", "filters": 2, "kernel": 3})
    assert spec.place(("layers", 0)) is None
    assert spec.title == "network"
    assert analyze(spec).totals.parameters == 20


def test_a_spec_is_called_by_its_name_or_its_file() -> None:
    text = "lenetcalc: 1\ninput: 5\nlayers: [flatten]\n"
    assert loads(text, file="my.yaml").title == "my.yaml"
    assert loads(text + "name: Mine\n", file="my.yaml").title == "Mine"


def test_a_spec_knows_the_places_of_its_parts() -> None:
    spec = loads("lenetcalc: 1\ninput: 5\nlayers:\n  - {kind: dense, units: 3}\n", file="x")
    assert str(spec.place(("layers", 0, "units"))) == "x:4:26"
    assert str(spec.with_input((7,)).place(("layers", 0, "units"))) == "x:4:26"


def test_another_input_leaves_the_spec_as_it_was() -> None:
    spec = made((5,), DENSE)
    assert spec.with_input(7).inputs == {"input": (7,)}
    assert spec.inputs == {"input": (5,)}


@pytest.mark.parametrize("wrong", ["1x0x3", None, [[1]], 0], ids=str)
def test_another_input_is_read_as_a_spec_writes_it(wrong: object) -> None:
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        made((5,), DENSE).with_input(wrong)


def test_another_input_has_a_name_that_the_network_knows() -> None:
    with pytest.raises(ValueError, match="the network's inputs are input"):
        made((5,), DENSE).with_input(image=7)


def test_specs_and_layers_are_frozen() -> None:
    spec = made((5,), DENSE)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(spec, "name", "x")  # noqa: B010 - mypy knows that the attribute is frozen
    with pytest.raises(ValidationError, match="frozen"):
        setattr(spec.layers[0], "name", "x")  # noqa: B010


def test_layers_are_equal_by_value() -> None:
    text = "lenetcalc: 1\ninput: 5\nlayers: [{kind: Linear, out_features: 3}]\n"
    assert loads(text).layers == made((5,), DENSE).layers


def test_an_input_may_have_any_name() -> None:
    spec = made({"self": (5,)}, DENSE).with_input(**{"self": 7})
    assert spec.inputs == {"self": (7,)}
