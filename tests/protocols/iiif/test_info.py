"""info.json of both versions; whatever it implies must be had, at exactly the size implied."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from celestile.geometry import Levels, Region
from celestile.protocols.iiif.info import Description, info_2, info_3
from celestile.protocols.iiif.parameters import ImageProfile, Parameters, Version2, Version3
from celestile.protocols.iiif.sizes import SizeLimits

V3, V2 = Version3(), Version2()


def description(width=6000, height=4000, *, limits=None, colored=False, tile_size=512, **others):
    return Description(
        id="https://example.org/iiif/3/abcd1234",
        profile=ImageProfile(
            levels=Levels(width, height, tile_size),
            limits=SizeLimits(max_width=8000) if limits is None else limits,
            colored=colored,
        ),
        data="https://example.org/api/images/abcd1234",
        astronomy={"version": "1.0", "unit": "Jy"},
        server="https://example.org",
        manifest="https://example.org/iiif/presentation/3/abcd1234/manifest",
        **others,
    )


def test_info_of_version_3_has_what_it_must_have():
    info = info_3(description())
    assert next(iter(info)) == "@context"
    context = info["@context"]
    assert (context if isinstance(context, str) else context[-1]) == (
        "http://iiif.io/api/image/3/context.json"
    )
    assert info["id"] == "https://example.org/iiif/3/abcd1234"
    assert info["type"] == "ImageService3"
    assert info["protocol"] == "http://iiif.io/api/image"
    assert info["profile"] == "level2"
    assert (info["width"], info["height"]) == (6000, 4000)


def test_info_of_version_2_has_what_it_must_have():
    info = info_2(description())
    assert info["@context"] == "http://iiif.io/api/image/2/context.json"
    assert info["@id"] == "https://example.org/iiif/3/abcd1234"
    assert info["protocol"] == "http://iiif.io/api/image"
    assert info["profile"][0] == "http://iiif.io/api/image/2/level2.json"
    assert (info["width"], info["height"]) == (6000, 4000)
    assert "id" not in info


def test_steps_are_the_levels_from_small_to_large():
    # Section 5.3 and 5.4 show this image with these factors.
    for info in (info_3(description()), info_2(description())):
        assert info["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4, 8, 16]}]
        assert info["sizes"] == [
            {"width": 375, "height": 250},
            {"width": 750, "height": 500},
            {"width": 1500, "height": 1000},
            {"width": 3000, "height": 2000},
            {"width": 6000, "height": 4000},
        ]


@pytest.mark.parametrize(
    ("limits", "published"),
    [
        (SizeLimits(), {}),
        (SizeLimits(max_width=3000), {"maxWidth": 3000, "maxHeight": 3000}),
        (SizeLimits(max_width=3000, max_height=2000), {"maxWidth": 3000, "maxHeight": 2000}),
        # "maxWidth MUST be specified if maxHeight is specified."
        (SizeLimits(max_height=2000), {"maxWidth": 2000, "maxHeight": 2000}),
        (SizeLimits(max_area=4_000_000), {"maxArea": 4_000_000}),
    ],
)
def test_limits_are_published_and_sizes_lie_within(limits, published):
    third = info_3(description(limits=limits))
    second = info_2(description(limits=limits))
    names = {"maxWidth", "maxHeight", "maxArea"}
    assert {name: third[name] for name in names & third.keys()} == published
    profile = second["profile"][1]
    assert {name: profile[name] for name in names & profile.keys()} == published
    assert third["sizes"] == second["sizes"]
    assert all(limits.allow((size["width"], size["height"])) for size in third["sizes"])
    # Enlarging may be offered only with a limit.
    assert ("sizeUpscaling" in third["extraFeatures"]) == bool(published)
    assert ("sizeAboveFull" in profile["supports"]) == bool(published)


def test_qualities_are_true_of_the_picture():
    assert info_3(description(colored=False))["extraQualities"] == ["gray", "bitonal"]
    assert info_3(description(colored=True))["extraQualities"] == ["color", "gray", "bitonal"]
    assert info_2(description(colored=False))["profile"][1]["qualities"] == ["gray"]
    assert info_2(description(colored=True))["profile"][1]["qualities"] == ["color", "gray"]


def test_every_quality_and_format_listed_is_served():
    for colored in (False, True):
        described = description(colored=colored)
        third, second = info_3(described), info_2(described)
        formats = {*third["extraFormats"], *third["preferredFormats"], "jpg", "png"}
        assert set(second["profile"][1]["formats"]) <= formats
        for extension in formats:
            for quality in {*third["extraQualities"], "default", "color"}:
                path = ("full", "max", "0", f"{quality}.{extension}")
                V3.output(Parameters(*path), described.profile)
                V2.output(Parameters(*path), described.profile)


def test_formats_with_transparency_are_preferred_where_it_was_asked_for():
    assert info_3(description())["preferredFormats"][0] == "jpg"
    assert info_3(description(transparent=True))["preferredFormats"][0] == "png"


def test_service_for_measurements_is_announced():
    (service,) = info_3(description())["service"]
    assert service == {
        "id": "https://example.org/api/images/abcd1234",
        "type": "AstroImageService",
        "@context": "https://example.org/iiif/astro/1/context.json",
        "profile": "https://example.org/iiif/astro/1",
        "version": "1.0",
        "unit": "Jy",
    }
    older = info_2(description())["service"]
    assert (older.pop("@id"), older.pop("@type")) == (service.pop("id"), service.pop("type"))
    assert older == service


def test_manifest_is_named():
    (whole,) = info_3(description())["partOf"]
    assert whole == {
        "id": "https://example.org/iiif/presentation/3/abcd1234/manifest",
        "type": "Manifest",
    }
    # Version 2.1.1 knows no such property.
    assert "partOf" not in info_2(description())


def test_rights_and_attribution_stand_where_they_are_known():
    license_uri = "http://creativecommons.org/licenses/by/4.0/"
    described = description(rights=license_uri, attribution="ESO")
    assert info_3(described)["rights"] == license_uri
    assert "attribution" not in info_3(described)
    assert info_2(described)["license"] == license_uri
    assert info_2(described)["attribution"] == "ESO"
    assert not {"rights", "license", "attribution"} & {
        *info_3(description()),
        *info_2(description()),
    }


def tile(n, m, s, width, height, tw, th):
    """Region and size of a tile as the Image API 3.0 implementation notes, section 3, have it."""
    xr = n * tw * s
    yr = m * th * s
    wr = tw * s
    if xr + wr > width:
        wr = width - xr
    hr = th * s
    if yr + hr > height:
        hr = height - yr
    ws = tw
    if xr + tw * s > width:
        ws = (width - xr + s - 1) // s
    hs = th
    if yr + th * s > height:
        hs = (height - yr + s - 1) // s
    return (xr, yr, wr, hr), (ws, hs)


@given(
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    tile_size=st.sampled_from([64, 100, 256, 512]),
    data=st.data(),
)
def test_every_tile_is_served_at_its_exact_size(width, height, tile_size, data):
    described = description(width, height, tile_size=tile_size, limits=SizeLimits())
    (tiles,) = info_3(described)["tiles"]
    factor = data.draw(st.sampled_from(tiles["scaleFactors"]))
    columns = math.ceil(width / (tiles["width"] * factor))
    rows = math.ceil(height / (tiles["height"] * factor))
    n, m = data.draw(st.integers(0, columns - 1)), data.draw(st.integers(0, rows - 1))
    region, size = tile(n, m, factor, width, height, tiles["width"], tiles["height"])
    asked = ",".join(map(str, region))
    # Version 2 viewers give the width, or the height, alone.
    for version, text in [
        (V3, f"{size[0]},{size[1]}"),
        (V2, f"{size[0]},{size[1]}"),
        (V3, f"{size[0]},"),
        (V2, f"{size[0]},"),
        (V2, f",{size[1]}"),
    ]:
        output = version.output(Parameters(asked, text, "0", "default.jpg"), described.profile)
        assert output.region == Region(*region)
        if output.size != size:
            # A side one pixel long belongs to several levels: the finest of them is taken.
            assert 1 in size
            assert "," in (text[0], text[-1])


@given(width=st.integers(1, 20_000), height=st.integers(1, 20_000))
def test_every_size_listed_is_served_exactly(width, height):
    described = description(width, height)
    for listed in info_3(described)["sizes"]:
        size = (listed["width"], listed["height"])
        text = f"{size[0]},{size[1]}"
        for version in (V3, V2):
            path = Parameters("full", text, "0", "default.jpg")
            assert version.output(path, described.profile).size == size


@given(width=st.integers(1, 20_000), height=st.integers(1, 20_000))
def test_viewers_may_take_sizes_for_levels(width, height):
    # OpenSeadragon does, when there is one for each factor and their ratios round to the factors.
    info = info_3(description(width, height, limits=SizeLimits()))
    factors = info["tiles"][0]["scaleFactors"]
    assert factors == [2**n for n in range(len(factors))]
    assert len(info["sizes"]) == len(factors)
    for size, factor in zip(reversed(info["sizes"]), factors, strict=True):
        assert size == {"width": -(-width // factor), "height": -(-height // factor)}
