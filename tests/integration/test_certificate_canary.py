"""Drawing certificates for hostile names opens no socket and reads no file but fonts: watched from outside."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.verifiers import needs

ROOT = Path(__file__).parents[2]
DRAW = """
import sys
from lms.certificates import jobs, pdf
from tests.make_certificates import facts
from tests.make_signers import signer
canary = sys.argv[1]
jobs.draw(facts("सुनीता 王芳 سعاد"), b"{}", signer())
sys.stdout.write("WARM\\n"); sys.stdout.flush()
for name in (
    f'<img src="file://{canary}">', f'"><link rel=attachment href="file://{canary}">', f"url(file://{canary})",
    f'<script src="http://127.0.0.1:9/x"></script>', "{{ 7*7 }}{% include '/etc/passwd' %}",
    "Jo\\u202ean", "Z" + "\\u0301" * 89,
    f'<object data="file://{canary}"></object>', f"<style>@import 'http://127.0.0.1:9/x.css'</style>",
):
    jobs.draw(facts(name, provider=name, signer=name, evidence=(name, name)), b"{}", signer())
sys.stdout.write("DONE\\n")
"""
FONTS = (
    f"{tempfile.gettempdir()}/weasyprint-",
    "/usr/share/fonts/",
    "/usr/local/share/fonts/",
    "/var/cache/fontconfig/",
)


@needs("strace")
def test_hostile_names_open_no_socket_and_no_file(tmp_path: Path) -> None:
    canary, trace = tmp_path / "canary.txt", tmp_path / "trace"
    canary.write_text("sing")
    watched = ["strace", "-f", "--seccomp-bpf", "-o", str(trace), "-e", "trace=network,open,openat,openat2,write"]
    command = [*watched, sys.executable, "-c", DRAW, str(canary)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout
    assert said == "WARM\nDONE\n"
    lines = trace.read_text(errors="replace").splitlines()
    assert not [line for line in lines if re.search(r" (socket|connect|bind|sendto)\(", line)]
    assert not [line for line in lines if str(canary) in line]
    warm = next(at for at, line in enumerate(lines) if '"WARM' in line)
    opened = [path for line in lines[warm:] for path in re.findall(r' open(?:at2?)?\([^"]*"([^"]+)"', line)]
    own = str(ROOT), sys.prefix, sys.base_prefix
    assert not [path for path in opened if not path.startswith((*FONTS, *own))]
