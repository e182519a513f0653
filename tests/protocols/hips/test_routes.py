"""Files of surveys over HTTP."""

import io

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image
from starlette.testclient import TestClient

TILE = "/hips/whole.fits/Norder3/Dir0/Npix5.png"


def records(text: str) -> list[dict[str, str]]:
    """Read properties as the standard writes them (HiPS 1.0, section 4.4.1)."""
    found: list[dict[str, str]] = [{}]
    for line in text.split("\n"):
        if line.startswith("#"):
            continue
        if not line.strip():
            found.append({})
            continue
        key, _, value = line.partition("=")
        assert key.strip() not in found[-1]
        found[-1][key.strip()] = value.strip()
    return [record for record in found if record]


def properties(client: TestClient, name: str) -> dict[str, str]:
    response = client.get(f"/hips/{name}/properties")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    (record,) = records(response.text)
    return record


def test_properties_have_what_is_mandatory(client: TestClient) -> None:
    record = properties(client, "tan.fits")
    assert record["creator_did"].startswith("ivo://")
    assert record["obs_title"] == "tan.fits"
    assert record["dataproduct_type"] == "image"
    assert record["hips_version"] == "1.4"
    assert record["hips_status"] == "public master clonableOnce"
    assert record["hips_tile_format"] == "png jpeg fits"
    assert record["hips_frame"] == "equatorial"
    assert (record["hips_order"], record["hips_tile_width"]) == ("4", "512")
    np.datetime64(record["hips_release_date"].removesuffix("Z"))


def test_properties_tell_the_image(client: TestClient) -> None:
    record = properties(client, "car.fits;channel=1;limits=10,20")
    assert float(record["s_pixel_scale"]) == pytest.approx(0.2, rel=1e-3)
    assert record["hips_pixel_cut"] == "10 20"
    assert record["hips_data_range"] == "0 239"
    assert float(record["t_min"]) == 53065.5
    assert float(record["em_min"]) == pytest.approx(299792458 / 1.4e9)
    assert record["obs_regime"] == "Radio"
    assert record["hips_bunit"] == "Jy"
    assert "dataproduct_subtype" not in record
    # Galactic longitude 10, latitude 0.
    assert float(record["hips_initial_ra"]) == pytest.approx(272.1, abs=0.2)
    assert float(record["hips_initial_dec"]) == pytest.approx(-20.3, abs=0.2)


def test_a_mix_is_a_survey_in_color(client: TestClient) -> None:
    record = properties(client, "tan.fits;mix=1:ff0000,2:00ff00")
    assert record["dataproduct_subtype"] == "color"
    assert record["hips_tile_format"] == "png jpeg"
    assert "hips_pixel_cut" not in record


@pytest.mark.parametrize("segment", ["sub%2Ftan.fits", "sub/tan.fits", "sub%2Ftan%2Efits"])
def test_addresses_are_told_as_the_client_spells_them(client: TestClient, segment: str) -> None:
    record = properties(client, segment)
    assert record["hips_service_url"] == f"http://testserver/hips/{segment}"
    assert record["creator_did"] == "ivo://testserver/hips?sub/tan.fits"


def test_a_view_in_the_query_goes_into_the_address(client: TestClient) -> None:
    record = records(client.get("/hips/tan.fits/properties?channel=2&cmap=viridis").text)[0]
    assert record["hips_service_url"].endswith("/hips/tan.fits;channel=2;cmap=viridis")
    plain = properties(client, "tan.fits")
    assert record["creator_did"] != plain["creator_did"]


def test_the_coverage_is_a_table_of_cells(client: TestClient) -> None:
    response = client.get("/hips/tan.fits/Moc.fits")
    assert response.headers["content-type"] == "application/fits"
    with fits.open(io.BytesIO(response.content)) as hdus:
        table = hdus[1]
        assert table.header["ORDERING"] == "NUNIQ"
        assert (table.header["COORDSYS"], table.header["MOCDIM"]) == ("C", "SPACE")
        assert (np.diff(table.data["UNIQ"]) > 0).all()
        fraction = sum(1 / (12 * 4 ** int(np.log2(u / 4) // 2)) for u in table.data["UNIQ"])
    assert float(properties(client, "tan.fits")["moc_sky_fraction"]) == pytest.approx(fraction)


def test_the_preview_is_256_pixels_wide(client: TestClient) -> None:
    response = client.get("/hips/car.fits/preview.jpg")
    assert response.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(response.content)).size == (256, 256)


@pytest.mark.parametrize("tail", ["", "/", "/index.html"])
def test_a_survey_has_a_page(client: TestClient, tail: str) -> None:
    response = client.get(f"/hips/sub%2Ftan.fits{tail}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert "http://testserver/hips/sub%2Ftan.fits/Moc.fits" in response.text


def test_tiles_are_kept_and_asked_about(client: TestClient) -> None:
    first = client.get(TILE)
    assert first.headers["content-type"] == "image/png"
    assert first.headers["cache-control"] == "public, max-age=600"
    assert first.headers["access-control-allow-origin"] == "*"
    again = client.get(TILE, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(TILE)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(first.content))
    other = client.get(TILE.replace("whole.fits", "whole.fits;cmap=viridis"))
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "tan.fits/Norder3/Dir0/Npix700.png",  # elsewhere on the sky
        "tan.fits/Norder5/Dir0/Npix0.png",  # deeper than the image
        "tan.fits/Norder99/Dir0/Npix0.png",
        "whole.fits/Norder3/Dir0/Npix768.png",  # there are 768
        "whole.fits/Norder3/Dir10000/Npix5.png",  # another folder's
        "whole.fits/Norder2/Allsky.png",
        "whole.fits/Norder3/Dir0/Npix5.gif",
        "whole.fits/metadata.xml",
        "lost.fits/properties",
        "none.fits/properties",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    response = client.get(f"/hips/{path}")
    assert response.status_code == 404
    assert response.text.strip()


def test_an_image_without_coordinates_says_why(client: TestClient) -> None:
    assert "no sky coordinates" in client.get("/hips/lost.fits/properties").text


@pytest.mark.parametrize("path", ["tan.fits;cmap=mud/properties", "hipslist?limit=0"])
def test_what_makes_no_sense_is_refused(client: TestClient, path: str) -> None:
    assert client.get(f"/hips/{path}").status_code == 400


def test_the_list_names_the_surveys(client: TestClient) -> None:
    response = client.get("/hips/hipslist")
    found = records(response.text)
    names = {record["hips_service_url"].partition("/hips/")[2] for record in found}
    assert names == {"tan.fits", "car.fits", "whole.fits", "pole.fits", "sub%2Ftan.fits"}
    for record in found:
        # HiPS 1.0, section 5.2.
        assert record.keys() >= {"creator_did", "hips_release_date", "hips_status"}
        assert properties(client, record["hips_service_url"].partition("/hips/")[2]).items() >= (
            record.items()
        )


def test_the_list_comes_in_parts(client: TestClient) -> None:
    text = client.get("/hips/hipslist?limit=4").text
    assert "# The list goes on at http://testserver/hips/hipslist?offset=4&limit=4" in text
    rest = client.get("/hips/hipslist?offset=4&limit=4").text
    assert "goes on" not in rest
    assert len(records(text)) + len(records(rest)) == 5
