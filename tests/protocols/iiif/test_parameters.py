"""Image requests against the tables and examples of the specifications, 3.0 and 2.1.1.

The specifications draw their examples from an image of 300 x 200 pixels.
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.errors import RequestError, UnsupportedFeatureError
from celestile.geometry import Levels, Region
from celestile.protocols.iiif.parameters import ImageProfile, Parameters, Version2, Version3
from celestile.protocols.iiif.sizes import SizeLimits

V3, V2 = Version3(), Version2()
AMPLE = SizeLimits(max_width=4000)


def profile(width=300, height=200, limits=AMPLE, *, colored=True, tile_size=256):
    return ImageProfile(levels=Levels(width, height, tile_size), limits=limits, colored=colored)


def read(version, path, offered):
    return version.output(Parameters.decode(*path.split("/")), offered)


def canonical(version, path, offered):
    return version.canonical(read(version, path, offered), offered)


# --- region -------------------------------------------------------------------------------------

# 3.0 and 2.1.1, section 4.1, examples 1 to 6, and the sentences above them.
REGIONS = [
    ("full", (0, 0, 300, 200)),
    ("square", (50, 0, 200, 200)),
    ("125,15,120,140", (125, 15, 120, 140)),
    ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
    ("125,15,200,200", (125, 15, 175, 185)),
    ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
    ("0,0,300,200", (0, 0, 300, 200)),
    ("pct:0,0,100,100", (0, 0, 300, 200)),
    ("pct:0,0,200,1000", (0, 0, 300, 200)),
    ("299,199,1,1", (299, 199, 1, 1)),
    ("000,0,010,10", (0, 0, 10, 10)),
    ("pct:.5,0.5,50,50", (2, 1, 150, 100)),
    ("pct:0,0,0.0001,0.0001", (0, 0, 1, 1)),
    ("pct:99.99,99.99,50,50", (299, 199, 1, 1)),
    ("0,0,99999999999999999999,1", (0, 0, 300, 1)),
]


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(("text", "expected"), REGIONS)
def test_region_is_read_as_the_specification_says(version, text, expected):
    assert read(version, f"{text}/max/0/default.jpg", profile()).region == Region(*expected)


def test_square_of_a_portrait_lies_in_its_middle():
    assert read(V3, "square/max/0/default.jpg", profile(201, 300)).region == Region(0, 49, 201, 201)


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    "text",
    [
        "0,0,0,10",
        "0,0,10,0",
        "pct:0,0,0,50",
        "pct:0,0,50,0.0",
        "300,0,10,10",
        "0,200,10,10",
        "pct:100,0,10,10",
        "pct:0,100.5,10,10",
        "-1,0,10,10",
        "0,0,10",
        "0,0,10,10,10",
        "0,0,10.5,10",
        "+0,0,10,10",
        "0, 0,10,10",
        "pct:0,0,1e1,10",
        "pct:0,0,+1,10",
        "pct:0,0,1.,10",
        "pct:0,0,.,10",
        "pct:0,0,-1,10",
        "pct:NaN,0,10,10",
        "percent:0,0,10,10",
        "PCT:0,0,10,10",
        "Full",
        "full\n",
        "",
        "square,",
        "0,0,١,10",
        "0,0,1,9" + "9" * 5000,
    ],
)
def test_bad_region_is_the_clients_fault(version, text):
    with pytest.raises(RequestError) as caught:
        version.output(Parameters(text, "max", "0", "default.jpg"), profile())
    assert caught.value.parameter == "region"
    assert not isinstance(caught.value, UnsupportedFeatureError)


# --- size ---------------------------------------------------------------------------------------

# Section 4.2: examples (with the limits they assume), then the table's sentences.
SIZES_3 = [
    ("full", "max", AMPLE, (300, 200)),
    ("full", "max", SizeLimits(max_width=200), (200, 133)),
    ("full", "^max", SizeLimits(max_width=360), (360, 240)),
    ("full", "150,", AMPLE, (150, 100)),
    ("full", "^360,", AMPLE, (360, 240)),
    ("full", ",150", AMPLE, (225, 150)),
    ("full", "^,240", AMPLE, (360, 240)),
    ("full", "pct:50", AMPLE, (150, 100)),
    ("full", "^pct:120", AMPLE, (360, 240)),
    ("full", "225,100", AMPLE, (225, 100)),
    ("full", "^360,360", AMPLE, (360, 360)),
    ("full", "!225,100", AMPLE, (150, 100)),
    ("full", "^!360,360", AMPLE, (360, 240)),
    ("full", "!360,360", AMPLE, (300, 200)),
    ("full", "!2000,3000", AMPLE, (300, 200)),
    ("full", "!2000,100", AMPLE, (150, 100)),
    ("full", "!1000,1000", SizeLimits(max_width=200), (200, 133)),
    ("full", "^!1000,1000", SizeLimits(max_width=600, max_height=300), (450, 300)),
    ("full", "^150,", AMPLE, (150, 100)),
    ("full", "^!225,100", AMPLE, (150, 100)),
    ("full", "^pct:50", AMPLE, (150, 100)),
    ("full", "^max", SizeLimits(max_width=200), (200, 133)),
    ("full", "^max", SizeLimits(max_width=900, max_height=300), (450, 300)),
    ("full", "^max", SizeLimits(max_area=240000), (600, 400)),
    ("full", "max", SizeLimits(max_area=15000), (150, 100)),
    ("125,15,120,140", "90,", AMPLE, (90, 105)),
    ("125,15,120,140", "120,140", AMPLE, (120, 140)),
    ("0,0,300,1", "100,", AMPLE, (100, 1)),
    ("0,0,300,1", "!30,30", AMPLE, (30, 1)),
    ("full", "pct:0.3", AMPLE, (1, 1)),
    ("full", "pct:100", AMPLE, (300, 200)),
    ("full", "300,", SizeLimits(), (300, 200)),
    ("full", "^300,", SizeLimits(), (300, 200)),
    ("full", "^!150,150", SizeLimits(), (150, 100)),
]


@pytest.mark.parametrize(("region", "text", "limits", "expected"), SIZES_3)
def test_size_of_version_3(region, text, limits, expected):
    offered = profile(limits=limits)
    assert read(V3, f"{region}/{text}/0/default.jpg", offered).size == expected


SIZES_2 = [
    ("full", "full", AMPLE, (300, 200)),
    ("full", "max", AMPLE, (300, 200)),
    ("full", "max", SizeLimits(max_width=200), (200, 133)),
    ("full", "150,", AMPLE, (150, 100)),
    ("full", ",150", AMPLE, (225, 150)),
    ("full", "pct:50", AMPLE, (150, 100)),
    ("full", "225,100", AMPLE, (225, 100)),
    ("full", "!225,100", AMPLE, (150, 100)),
    ("full", "600,", AMPLE, (600, 400)),
    ("full", "pct:120", AMPLE, (360, 240)),
    ("full", "360,360", AMPLE, (360, 360)),
    ("full", "!600,600", AMPLE, (600, 400)),
    ("full", "!600,600", SizeLimits(), (300, 200)),
    ("full", "!600,600", SizeLimits(max_width=450), (450, 300)),
]


@pytest.mark.parametrize(("region", "text", "limits", "expected"), SIZES_2)
def test_size_of_version_2(region, text, limits, expected):
    offered = profile(limits=limits)
    assert read(V2, f"{region}/{text}/0/default.jpg", offered).size == expected


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    "text",
    [
        "0,",
        ",0",
        "0,0",
        "0,5",
        "5,0",
        "!0,5",
        "!5,0",
        "pct:0",
        "pct:0.0",
        "pct:0.01",
        ",",
        "!5,",
        "!,5",
        "!5",
        "5",
        "-5,",
        "5.5,",
        "+5,",
        "pct:",
        "pct:5e1",
        "pct:-5",
        "pct:5%",
        "max,",
        "MAX",
        "",
        "5,5,5",
        "!max",
        "!pct:50",
        "5, 5",
        "^^5,",
        "!^5,5",
        ",^240",
        "٣,",
        "9" * 5000 + ",",
    ],
)
def test_bad_size_is_the_clients_fault(version, text):
    with pytest.raises(RequestError) as caught:
        version.output(Parameters("full", text, "0", "default.jpg"), profile())
    assert caught.value.parameter == "size"
    assert not isinstance(caught.value, UnsupportedFeatureError)


@pytest.mark.parametrize("text", ["301,", ",201", "pct:100.5", "301,10", "10,201", "pct:120"])
def test_version_3_enlarges_only_when_asked_to(text):
    with pytest.raises(RequestError) as caught:
        read(V3, f"full/{text}/0/default.jpg", profile())
    assert not isinstance(caught.value, UnsupportedFeatureError)
    read(V3, f"full/^{text}/0/default.jpg", profile())


def test_full_is_no_size_in_version_3():
    with pytest.raises(RequestError):
        read(V3, "full/full/0/default.jpg", profile())


@pytest.mark.parametrize("text", ["^max", "^,10", "^full"])
def test_version_2_knows_no_caret(text):
    with pytest.raises(RequestError):
        read(V2, f"full/{text}/0/default.jpg", profile())


@pytest.mark.parametrize("text", ["^max", "^pct:120", "^301,", "^,201", "^301,10", "^!400,400"])
def test_enlarging_without_limits_is_not_implemented(text):
    # "A server that supports sizeUpscaling MUST specify maxWidth or maxArea."
    with pytest.raises(UnsupportedFeatureError):
        read(V3, f"full/{text}/0/default.jpg", profile(limits=SizeLimits()))


@pytest.mark.parametrize("text", ["pct:120", "301,", ",201", "301,10"])
def test_enlarging_without_limits_is_not_implemented_in_version_2(text):
    with pytest.raises(UnsupportedFeatureError):
        read(V2, f"full/{text}/0/default.jpg", profile(limits=SizeLimits()))


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("250,", SizeLimits(max_width=200)),
        ("pct:100", SizeLimits(max_width=200)),
        ("200,150", SizeLimits(max_width=200, max_height=140)),
        ("150,150", SizeLimits(max_area=20000)),
        ("300,200", SizeLimits(max_height=250)),
    ],
)
def test_size_beyond_the_limits_is_refused(version, text, limits):
    with pytest.raises(RequestError) as caught:
        read(version, f"full/{text}/0/default.jpg", profile(limits=limits))
    assert "max" in str(caught.value)


def test_full_size_beyond_the_limits_is_refused_in_version_2():
    with pytest.raises(RequestError):
        read(V2, "full/full/0/default.jpg", profile(limits=SizeLimits(max_width=200)))


@given(
    width=st.integers(1, 100_000),
    height=st.integers(1, 100_000),
    limits=st.builds(
        SizeLimits,
        max_width=st.none() | st.integers(1, 5000),
        max_height=st.none() | st.integers(1, 5000),
        max_area=st.none() | st.integers(1, 10**7),
    ).filter(lambda limits: limits.bounded),
    text=st.sampled_from(["max", "^max", "!500,400", "^!500,400"]),
)
def test_sizes_that_fit_themselves_stay_within_limits_and_in_shape(width, height, limits, text):
    across, down = read(V3, f"full/{text}/0/default.jpg", profile(width, height, limits)).size
    assert limits.allow((across, down))
    scale = min(
        math.inf if text.startswith("^") else 1,
        min(500 / width, 400 / height) if "!" in text else math.inf,
        (limits.max_width or limits.max_height or math.inf) / width,
        (limits.max_height or limits.max_width or math.inf) / height,
        math.sqrt((limits.max_area or math.inf) / (width * height)),
    )
    if min(width, height) * scale >= 1:
        # Rounding the short side down may leave room under an area for more of the long one.
        assert across >= width * scale - 1
        assert down >= height * scale - 1
        shapes = (across - down * width / height, down - across * height / width)
        assert min(map(abs, shapes)) <= 1
    else:
        assert min(across, down) == 1


# --- rotation, quality, format ------------------------------------------------------------------


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    ("text", "mirror", "degrees"),
    [
        ("0", False, 0),
        ("180", False, 180),
        ("90", False, 90),
        ("22.5", False, 22.5),
        ("!0", True, 0),
        ("!180", True, 180),
        ("!345", True, 345),
        ("360", False, 0),
        ("!360", True, 0),
        (".5", False, 0.5),
        ("007", False, 7),
        ("359.99999999999999999999", False, 0),
    ],
)
def test_rotation_is_read_as_the_specification_says(version, text, mirror, degrees):
    output = read(version, f"full/max/{text}/default.png", profile())
    assert (output.mirror, output.rotation) == (mirror, degrees)


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    "text",
    ["-90", "361", "360.1", "+90", "1e2", "90.", "!", "!!90", "90!", "", "ninety", "90 ", "nan"],
)
def test_bad_rotation_is_the_clients_fault(version, text):
    with pytest.raises(RequestError) as caught:
        version.output(Parameters("full", "max", text, "default.jpg"), profile())
    assert caught.value.parameter == "rotation"


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    ("quality", "colored", "meaning"),
    [
        ("default", True, "default"),
        ("color", True, "default"),
        ("gray", True, "gray"),
        ("bitonal", True, "bitonal"),
        ("default", False, "default"),
        # "a request for the color quality MUST NOT result in an error"
        ("color", False, "default"),
        ("gray", False, "default"),
        ("bitonal", False, "bitonal"),
    ],
)
def test_quality_that_changes_nothing_is_the_default(version, quality, colored, meaning):
    output = read(version, f"full/max/0/{quality}.png", profile(colored=colored))
    assert output.quality == meaning


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "tif", "gif"])
def test_formats(version, extension):
    assert read(version, f"full/max/0/default.{extension}", profile()).format == extension


@pytest.mark.parametrize("version", [V3, V2])
@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("grey.jpg", "quality"),
        ("native.jpg", "quality"),
        ("Default.jpg", "quality"),
        ("default", "quality"),
        ("default.", "quality"),
        (".jpg", "quality"),
        ("default.jpg.jpg", "quality"),
        ("default.heic", "format"),
        ("default.bmp", "format"),
        ("default.jpeg", "format"),
        ("default.JPG", "format"),
        ("default.jpg\n", "format"),
    ],
)
def test_bad_quality_or_format_is_the_clients_fault(version, text, parameter):
    with pytest.raises(RequestError) as caught:
        version.output(Parameters("full", "max", "0", text), profile())
    assert caught.value.parameter == parameter


def test_percent_encoded_parameters_mean_the_same():
    plain = read(V3, "pct:10,10,50,50/^!90,90/!22.5/default.jpg", profile())
    assert read(V3, "pct%3A10%2C10,50,50/%5E%2190,90/%2122%2E5/default.jpg", profile()) == plain


def test_parameters_that_are_no_text_are_refused():
    with pytest.raises(RequestError):
        Parameters.decode("full", "max", "0", "default%FF.jpg")


def test_encoder_settings_are_passed_on():
    offered = ImageProfile(
        levels=Levels(300, 200), limits=AMPLE, colored=True, jpeg_quality=75, jpeg_subsampling="444"
    )
    output = read(V3, "full/max/0/default.jpg", offered)
    assert (output.jpeg_quality, output.jpeg_subsampling) == (75, "444")


# --- canonical URIs -----------------------------------------------------------------------------

# Without ".jpg": what was asked for, and its canonical URI in version 3 and in version 2.
CANONICAL = [
    ("full/max/0/default", "full/max/0/default", "full/full/0/default"),
    ("0,0,300,200/300,/0/color", "full/max/0/default", "full/full/0/default"),
    ("0,0,900,900/!999,200/360/color", "full/max/0/default", "full/full/0/default"),
    ("square/,100/0/default", "50,0,200,200/100,100/0/default", "50,0,200,200/100,/0/default"),
    (
        "pct:41.6,7.5,40,70/90,/!345/gray",
        "125,15,120,140/90,105/!345/gray",
        "125,15,120,140/90,/!345/gray",
    ),
    ("full/pct:50/22.50/default", "full/150,100/22.5/default", "full/150,/22.5/default"),
    ("full/225,100/0.5/default", "full/225,100/0.5/default", "full/225,100/0.5/default"),
    ("full/!225,100/.50/bitonal", "full/150,100/0.5/bitonal", "full/150,/0.5/bitonal"),
]


@pytest.mark.parametrize(("path", "third", "second"), CANONICAL)
def test_canonical_uri(path, third, second):
    assert canonical(V3, f"{path}.jpg", profile()) == f"{third}.jpg"
    assert canonical(V2, f"{path}.jpg", profile()) == f"{second}.jpg"


@pytest.mark.parametrize(
    ("path", "limits", "expected"),
    [
        ("full/^360,/0/default.jpg", AMPLE, "full/^360,240/0/default.jpg"),
        ("full/^360,/0/default.jpg", SizeLimits(max_width=360), "full/^max/0/default.jpg"),
        ("full/200,/0/default.jpg", SizeLimits(max_width=200), "full/max/0/default.jpg"),
        ("full/^30,300/0/default.jpg", AMPLE, "full/^30,300/0/default.jpg"),
    ],
)
def test_canonical_size_of_version_3_near_the_limits(path, limits, expected):
    assert canonical(V3, path, profile(limits=limits)) == expected


def test_canonical_size_of_version_2_near_the_limits():
    # "the w, syntax should be considered the canonical form of request for the max size, unless max
    # is equivalent to full"
    offered = profile(limits=SizeLimits(max_width=200))
    assert canonical(V2, "full/max/0/default.jpg", offered) == "full/200,/0/default.jpg"
    assert canonical(V2, "full/600,/0/default.jpg", profile()) == "full/600,/0/default.jpg"


def test_square_of_a_square_image_is_full():
    assert (
        canonical(V2, "square/full/0/default.jpg", profile(200, 200)) == "full/full/0/default.jpg"
    )


NUMBERS = st.decimals(0, 360, allow_nan=False, places=8).map(lambda number: f"{number:f}")
REGION_TEXTS = st.one_of(
    st.sampled_from(["full", "square"]),
    st.tuples(*[st.integers(0, 1200)] * 2, *[st.integers(1, 1200)] * 2).map(
        lambda numbers: ",".join(map(str, numbers))
    ),
    st.tuples(*[st.decimals(0, 99, places=3)] * 4).map(
        lambda numbers: "pct:" + ",".join(map(str, numbers))
    ),
)
SIDES = st.integers(1, 1500)
SIZE_TEXTS = st.one_of(
    st.sampled_from(["max", "full"]),
    SIDES.map("{},".format),
    SIDES.map(",{}".format),
    st.tuples(SIDES, SIDES).map("{0[0]},{0[1]}".format),
    st.tuples(SIDES, SIDES).map("!{0[0]},{0[1]}".format),
    st.decimals(1, 200, places=2).map("pct:{}".format),
)


@given(
    version=st.sampled_from([V3, V2]),
    width=st.integers(1, 1200),
    height=st.integers(1, 1200),
    tile_size=st.sampled_from([16, 64, 256]),
    limits=st.sampled_from(
        [AMPLE, SizeLimits(), SizeLimits(max_width=500), SizeLimits(max_area=90_000)]
    ),
    region=REGION_TEXTS,
    size=SIZE_TEXTS,
    caret=st.booleans(),
    rotation=NUMBERS,
    mirror=st.booleans(),
)
def test_canonical_uri_means_the_same_and_is_its_own(
    version, width, height, tile_size, limits, region, size, caret, rotation, mirror
):
    offered = profile(width, height, limits, tile_size=tile_size)
    path = f"{region}/{'^' * caret}{size}/{'!' * mirror}{rotation}/default.jpg"
    try:
        output = read(version, path, offered)
    except RequestError:
        return
    spelled = version.canonical(output, offered)
    assert read(version, spelled, offered) == output
    assert canonical(version, spelled, offered) == spelled
