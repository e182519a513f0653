"""The numbers for Prometheus: read by the parser of its own client, against what was asked."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text
from starlette.testclient import TestClient

from celestile import __version__
from celestile.app import create_app
from celestile.protocols.web.metrics import SHARED_FOLDER
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings, DataSettings

TILE = "/iiif/3/a.fits/0,0,256,256/128,128/0/default.jpg"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    (tmp_path / "data").mkdir()
    fits.writeto(tmp_path / "data" / "a.fits", np.arange(300 * 300.0).reshape(300, 300))
    return create_app(
        Settings(
            data=DataSettings(root=tmp_path / "data"),
            cache=CacheSettings(directory=tmp_path / "cache"),
        )
    )


@pytest.fixture
def client(app):
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def samples(text: str, parse=plain_text) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    return {
        (sample.name, *(f"{key}={value}" for key, value in sample.labels.items())): sample.value
        for family in parse(text)
        for sample in family.samples
    }


def test_numbers_are_those_of_the_requests(client, tmp_path):
    for path in (TILE, TILE, TILE, "/iiif/3/b.fits/info.json"):
        client.get(path)
    client.options(TILE)
    answer = client.get("/metrics")
    assert answer.headers["cache-control"] == "no-store"
    found = samples(answer.text)
    assert found["celestile_requests_total", "status=200"] == 3
    assert found["celestile_requests_total", "status=404"] == 1
    assert found["celestile_requests_total", "status=204"] == 1
    assert found["celestile_pictures_total", "from=pixels"] == 1
    assert found["celestile_pictures_total", "from=memory"] == 2
    assert found["celestile_builds",] == 0
    assert found["celestile_info", f"version={__version__}"] == 1
    files = list((tmp_path / "cache").glob("*.pyramid"))
    assert found["celestile_cache_files",] == len(files) > 0
    assert found["celestile_cache_bytes",] == sum(file.stat().st_size for file in files)
    assert 1e7 < found["celestile_memory_peak_bytes",] < 1e12
    started = found["celestile_start_time_seconds",]
    assert started == samples(client.get("/metrics").text)["celestile_start_time_seconds",]
    # The second scrape knows of the first.
    client.get(TILE)
    assert samples(client.get("/metrics").text)["celestile_requests_total", "status=200"] == 6


def test_types_are_stated(client):
    kinds = {family.name: family.type for family in plain_text(client.get("/metrics").text)}
    assert kinds["celestile_requests"] == kinds["celestile_pictures"] == "counter"
    assert kinds["celestile_cache_bytes"] == kinds["celestile_info"] == "gauge"


def test_openmetrics_is_sent_to_those_who_ask(client):
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert samples(answer.text, open_metrics)["celestile_info", f"version={__version__}"] == 1


def test_two_apps_of_a_process_count_for_themselves(client, tmp_path):
    client.get("/nowhere")
    settings = Settings(cache=CacheSettings(directory=tmp_path / "other"))
    with TestClient(create_app(settings)) as other:
        assert ("celestile_requests_total", "status=404") not in samples(other.get("/metrics").text)
    assert samples(client.get("/metrics").text)["celestile_requests_total", "status=404"] == 1


def test_an_app_alone_needs_no_thread(client):
    client.get("/metrics")
    assert "metrics" not in {thread.name for thread in threading.enumerate()}


WORKER = """
import sys
from pathlib import Path
from starlette.testclient import TestClient
from celestile.app import create_app
from celestile.protocols.web.metrics import SHARED_FOLDER
from celestile.settings import Settings
from celestile.settings.sections import CacheSettings

with TestClient(create_app(Settings(cache=CacheSettings(directory=Path(sys.argv[1]))))) as client:
    for _ in range(int(sys.argv[2])):
        client.get("/nowhere")
    print(client.get("/metrics").text)
"""


def test_processes_with_a_common_folder_add_up(tmp_path):
    """That of a process that has ended still counts, but its gauges are not those of a worker."""
    (tmp_path / "numbers").mkdir()
    # As of a worker that was killed while it made its file.
    (tmp_path / "numbers" / "counter_1.db").touch()
    environment = {**os.environ, SHARED_FOLDER: str(tmp_path / "numbers")}

    def run(requests: int) -> dict[tuple[str, ...], float]:
        done = subprocess.run(
            [sys.executable, "-c", WORKER, tmp_path / "cache", str(requests)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return samples(done.stdout)

    assert run(3)["celestile_requests_total", "status=404"] == 3
    found = run(4)
    assert found["celestile_requests_total", "status=404"] == 7
    assert found["celestile_info", f"version={__version__}"] == 1
    assert found["celestile_cache_files",] == 0
    assert not [key for key in found if any(label.startswith("pid=") for label in key)]
