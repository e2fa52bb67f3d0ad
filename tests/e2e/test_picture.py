"""The picture in the README."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

DOCKER = Path(__file__).resolve().parents[2] / "docker"


def test_the_picture_of_a_start_is_what_its_script_draws():
    drawn = subprocess.run([DOCKER / "picture.py"], capture_output=True, text=True, check=True).stdout
    assert drawn == (DOCKER / "start.svg").read_text()
    picture = ElementTree.fromstring(drawn)
    _, _, width, height = map(float, picture.get("viewBox").split())
    boxes = [
        {key: float(value) for key, value in box.attrib.items() if key in ("x", "y", "width", "height")}
        for box in picture.iter("{http://www.w3.org/2000/svg}rect")
    ]
    for box in boxes:
        assert 0 <= box.get("x", 0) and box.get("x", 0) + box["width"] <= width
        assert 0 <= box.get("y", 0) and box.get("y", 0) + box["height"] <= height
    assert "prefers-color-scheme: dark" in drawn
