"""What convolution and transposed convolution share: filters, groups of channels, and words for both."""

from typing import Any

import pytest

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.layers.grouped import Grouped
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made

kinds = pytest.mark.parametrize("kind", ["conv", "transposed-conv"])


@kinds
@pytest.mark.parametrize(
    ("fields", "channels", "filters", "parameters"),
    [
        # 6 taps of [2, 3]
        pytest.param({"filters": 5}, 3, 5, 95, id="all channels"),  # (6×3 + 1) × 5
        pytest.param({"filters": 5, "bias": False}, 3, 5, 90, id="no bias"),
        pytest.param({"filters": "same"}, 4, 4, 100, id="as many filters as channels"),  # (6×4 + 1) × 4
        pytest.param({"filters": "same", "groups": 2}, 4, 4, 52, id="as many, in groups"),  # (6×2 + 1) × 4
        pytest.param({"filters": 6, "groups": 3}, 9, 6, 114, id="groups"),  # (6×3 + 1) × 6
        pytest.param({"filters": "same", "groups": "depthwise"}, 5, 5, 35, id="depthwise"),  # (6 + 1) × 5
        pytest.param({"filters": 15, "groups": "depthwise"}, 5, 15, 105, id="depthwise, three filters each"),
        pytest.param({"filters": "same", "groups": "depthwise"}, 1, 1, 7, id="depthwise on one channel"),
    ],
)
def test_a_filter_has_a_kernel_for_every_channel_of_its_group(
    kind: str, fields: dict[str, Any], channels: int, filters: int, parameters: int
) -> None:
    written, shape = {"kind": kind, "kernel": [2, 3], **fields}, (channels, 7, 8)
    assert (made(written, shape)[0], counted(written, shape).parameters.value) == (filters, parameters)


@kinds
@pytest.mark.parametrize(
    ("fields", "biases"),
    [({"filters": 6}, 6), ({"filters": "same"}, 4), ({"filters": 6, "bias": False}, 0)],
    ids=["a number", "same", "none"],
)
def test_there_is_one_bias_a_filter(kind: str, fields: dict[str, Any], biases: int) -> None:
    assert counted({"kind": kind, "kernel": 3, **fields}, (4, 7, 8)).biases.value == biases


@kinds
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
@pytest.mark.parametrize("filters", [6, 12])
def test_groups_divide_weights_and_lines_by_their_number(kind: str, groups: int, filters: int) -> None:
    fields = {"kind": kind, "kernel": 3, "padding": 1, "stride": 2, "filters": filters, "bias": False}
    all_read_all, apart = (counted({**fields, "groups": each}, (6, 7, 8)) for each in (1, groups))
    assert apart.parameters.value * groups == all_read_all.parameters.value
    assert apart.macs.value * groups == all_read_all.macs.value
    assert apart.connections.value * groups == all_read_all.connections.value


@kinds
def test_depthwise_is_as_many_groups_as_channels(kind: str) -> None:
    fields = {"kind": kind, "kernel": 3, "stride": 2, "padding": 1}
    said = counted({**fields, "filters": "same", "groups": "depthwise"}, (5, 7, 8))
    assert said == counted({**fields, "filters": 5, "groups": 5}, (5, 7, 8))


EQUAL = "each group has equally many input channels and filters"


@kinds
@pytest.mark.parametrize(
    ("fields", "channels", "sentence"),
    [
        pytest.param(
            {"filters": 10, "groups": 4},
            6,
            ("groups 4 do not divide 6 input channels", EQUAL, "groups may be 1 or 2", "groups"),
            id="channels",
        ),
        pytest.param(
            {"filters": 9, "groups": 2},
            6,
            ("groups 2 do not divide 9 filters", EQUAL, "groups may be 1 or 3", "groups"),
            id="filters",
        ),
        pytest.param(
            {"filters": "same", "groups": 7},
            6,
            ("groups 7 do not divide 6 input channels", EQUAL, "groups may be 1, 2, 3 or 6", "groups"),
            id="as many filters as channels",
        ),
        pytest.param(
            {"filters": 3, "groups": 2},
            1,
            ("groups 2 do not divide 1 input channel", EQUAL, "groups may be 1", "groups"),
            id="one channel",
        ),
        pytest.param(
            {"filters": 1_440, "groups": 1_001},
            1_440,
            (
                "groups 1,001 do not divide 1,440 input channels",
                EQUAL,
                "groups may be 1, 2, 3, 4, 5, 6, 8, 9 or …",
                "groups",
            ),
            id="many divisors",
        ),
    ],
)
def test_groups_that_do_not_divide_are_refused(
    kind: str, fields: dict[str, Any], channels: int, sentence: tuple[str, str, str, str]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": kind, "kernel": 2, **fields}, (channels, 5, 7))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


@kinds
@pytest.mark.parametrize(
    ("filters", "channels", "fault", "hint"),
    [
        (7, 3, "groups 3 do not divide 7 filters", "filters may be any multiple of 3"),
        (1, 3, "groups 3 do not divide 1 filter", "filters may be any multiple of 3"),
        (1_000, 1_024, "groups 1,024 do not divide 1,000 filters", "filters may be any multiple of 1,024"),
    ],
    ids=["more", "fewer", "thousands"],
)
def test_depthwise_filters_are_a_multiple_of_the_channels(
    kind: str, filters: int, channels: int, fault: str, hint: str
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": kind, "kernel": 1, "groups": "depthwise", "filters": filters}, (channels, 5))
    assert (error.value.fault, error.value.rule, error.value.hint) == (fault, EQUAL, hint)
    assert error.value.field == "groups"


AXES = "it needs one number for all axes or one for each, channels apart"


@kinds
@pytest.mark.parametrize(
    ("fields", "shape", "fault", "hint"),
    [
        pytest.param(
            {"kernel": [3, 3, 3]},
            (2, 9, 8),
            "kernel has 3 numbers, but the maps have 2 axes",
            "write kernel with 2 numbers, or one for all",
            id="kernel",
        ),
        pytest.param(
            {"stride": [2, 1]},
            (2, 9),
            "stride has 2 numbers, but the maps have 1 axis",
            "write stride with 1 number, or one for all",
            id="stride",
        ),
        pytest.param(
            {"dilation": [2]},
            (2, 9, 8, 7),
            "dilation has 1 number, but the maps have 3 axes",
            "write dilation with 3 numbers, or one for all",
            id="dilation",
        ),
        pytest.param(
            {"padding": [[0, 1]]},
            (2, 9, 8),
            "padding has 1 number, but the maps have 2 axes",
            "write padding with 2 numbers, or one for all",
            id="padding",
        ),
    ],
)
def test_fields_for_another_number_of_axes_are_refused(
    kind: str, fields: dict[str, Any], shape: Shape, fault: str, hint: str
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": kind, "filters": 2, "kernel": 3, **fields}, shape)
    assert (error.value.fault, error.value.rule, error.value.hint) == (fault, AXES, hint)
    assert error.value.field == fault.split()[0]


@kinds
def test_a_row_is_refused(kind: str) -> None:
    with pytest.raises(LayerError, match=f"^a {kind} layer reads maps, but its input is a row of 84 units"):
        made({"kind": kind, "filters": 2, "kernel": 3}, (84,))


NUMBER_OR_SAME = "it must be a whole number of at least 1, or same for as many as input channels"
NUMBER_OR_DEPTHWISE = "it must be a whole number of at least 1, or depthwise for one per input channel"


@kinds
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"filters": 2}, ("kernel", "Field required"), id="no kernel"),
        pytest.param({"kernel": 3}, ("filters", "Field required"), id="no filters"),
        *(
            pytest.param({"kernel": 3, "filters": value}, ("filters", NUMBER_OR_SAME), id=f"filters: {value}")
            for value in (0, -1, 1.0, True, "6", "depthwise", None, [4], 10**18)
        ),
        *(
            pytest.param(
                {"kernel": 3, "filters": 2, "groups": value},
                ("groups", NUMBER_OR_DEPTHWISE),
                id=f"groups: {value}",
            )
            for value in (0, -1, 1.0, True, "2", "same", None, [1])
        ),
    ],
)
def test_wrong_filters_and_groups_are_refused(
    kind: str, fields: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert faults({"kind": kind, **fields}) == [expected]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"kind": "transposed-conv", "table": [[0], [0]]}, "table", id="a table"),
        pytest.param({"kind": "transposed-conv", "ceil_mode": True}, "ceil_mode", id="a mode of pooling"),
        pytest.param({"kind": "conv", "output_padding": 1}, "output_padding", id="an output padding"),
    ],
)
def test_a_field_of_the_one_is_none_of_the_other(fields: dict[str, Any], field: str) -> None:
    assert faults({"filters": 2, "kernel": 3, **fields}) == [(field, "Extra inputs are not permitted")]


@pytest.mark.parametrize(
    "words",
    [
        {
            **{
                "kind": "ConvTranspose2d",
                "out_channels": 4,
                "kernel_size": [3, 5],
                "stride": 2,
                "padding": 1,
            },
            **{"output_padding": 1, "dilation": 2, "bias": False},
        },
        {
            **{"kind": "Conv2DTranspose", "filters": 4, "kernel_size": "3x5", "strides": [2, 2]},
            **{"padding": [1, 1], "output_padding": [1, 1], "dilation_rate": 2, "use_bias": False},
        },
        {
            **{"kind": "Deconvolution", "num_output": 4, "kernel_size": "3×5", "stride": 2, "pad": 1},
            **{"output_padding": "1x1", "dilation": 2, "bias_term": False, "group": 1},
        },
    ],
    ids=["PyTorch", "Keras", "Caffe"],
)
def test_words_of_other_tools_mean_the_same_transposed_convolution(words: dict[str, Any]) -> None:
    # rows 22 − 2 + 5 + 1 = 26, columns 32 − 2 + 9 + 1 = 40; 15 × 3 × 4 weights
    assert (made(words, (3, 12, 17)), counted(words, (3, 12, 17)).parameters.value) == ((4, 26, 40), 180)


@pytest.mark.parametrize(
    "word",
    ["ConvTranspose1d", "ConvTranspose3d", "Conv1DTranspose", "Conv3DTranspose", "deconv", "conv-transpose"],
)
def test_every_word_for_a_transposed_convolution_builds_one(word: str) -> None:
    layer = read_layer({"kind": word, "filters": 4, "kernel": 2})
    assert (isinstance(layer, Grouped), layer.label) == (True, "transposed-conv")
