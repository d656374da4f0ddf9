"""Check a record from Askwell's register on your own: python3 verify.py record.zip [checkpoint or letter]

It needs only Python. SHA-256 of records/000007.json is the digest in entries/000007.json; of that, its hash in the
chain, where each follows the one before. A checkpoint shows that it is the register's; index.html says who signed.
"""

import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from pathlib import Path

MOST_BYTES = 1_000_000_000
SEEN = re.compile(r'(?:"seq"|Entries): (\d+),?\s"?[Hh]ash"?: "?([0-9a-f]{64})\b')


class Record:
    """An archive, opened. `faults` grows while it is checked."""

    def __init__(self, path: str | io.BytesIO) -> None:
        self.faults, self.files = list[str](), dict[str, bytes]()
        with zipfile.ZipFile(path) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
                raise ValueError("it would unpack to more than a gigabyte")
            for each in archive.infolist():
                self.say(each.filename in self.files, f"{each.filename} is in it twice.")
                self.files[each.filename] = archive.read(each)
        self.manifest = json.loads(self.files["manifest.json"])
        own = self.manifest["person"]["id"]  # and each account that a record says is one person with it
        records = [json.loads(self.files[name]) for name in self.files if name.startswith("records/")]
        self.own = {own, *(each["former"] for each in records if each.get("kept") == own and "former" in each)}
        self.chain = list(csv.DictReader(io.StringIO(self.files["chain.csv"].decode())))

    def say(self, wrong: bool, sentence: str) -> None:
        if wrong:
            self.faults.append(sentence)

    def sha(self, name: str) -> str:
        return hashlib.sha256(self.files.get(name, b"")).hexdigest()

    def check(self, kept: str = "") -> list[str]:
        listed = self.manifest["files"]
        for name in sorted({*listed, *self.files} - {"manifest.json"}):
            self.say(name not in self.files, f"{name} is missing.")
            self.say(name not in listed, f"{name} does not belong to it.")
            self.say(self.sha(name) != listed.get(name, self.sha(name)), f"{name} was changed.")
        head = "0" * 64
        for number, row in enumerate(self.chain, 1):
            follows = row["seq"] == str(number) and row["previous_hash"] == head
            self.say(not follows, f"Entry {row['seq']} in chain.csv does not follow the one before it.")
            head = row["hash"]
        for seq in sorted({int(name[-11:-5]) for name in self.files if "/" in name} | set(self.manifest["entries"])):
            self.check_entry(seq)
        self.check_checkpoint("The record’s own", self.files["checkpoint.json"].decode())
        if kept:
            self.check_checkpoint("Your", Path(kept).read_text("utf-8"))
        return self.faults

    def check_entry(self, seq: int) -> None:
        row = self.chain[seq - 1] if 0 < seq <= len(self.chain) else {}
        entry, record, session = (f"{folder}/{seq:06}.json" for folder in ("entries", "records", "sessions"))
        if entry not in self.files or record not in self.files:
            self.say(True, f"Entry {seq} or its record is missing.")
            return
        said, kept = json.loads(self.files[entry]), json.loads(self.files[record])
        chained = [str(seq), said["digest"], said["previous_hash"], self.sha(entry)]
        self.say(chained != [*row.values()] or said["seq"] != seq, f"Entry {seq} is not the one in the chain.")
        self.say(self.sha(record) != said["digest"], f"The record of entry {seq} is not the one that was sealed.")
        read = self.sha(session) != kept.get("read", self.sha(session))
        self.say(read, f"The session of entry {seq} is not the one that was signed.")
        both = (kept, json.loads(self.files.get(session, b"{}")))
        about = {each["person_id"] for each in both if "person_id" in each}
        self.say(bool(about - self.own), f"Entry {seq} is about somebody else.")

    def check_checkpoint(self, whose: str, text: str) -> None:
        said, seen = SEEN.findall(text)[0]  # nothing found: it is no checkpoint
        seq, hashes = int(said), ["0" * 64, *(row["hash"] for row in self.chain)]
        self.say(seq >= len(hashes), f"{whose} checkpoint saw entry {seq}, which chain.csv does not reach.")
        other = seq < len(hashes) and hashes[seq] != seen
        self.say(other, f"Entry {seq} in chain.csv is not the one that {whose[0].lower()}{whose[1:]} checkpoint saw.")


def verify(path: str | io.BytesIO, checkpoint: str = "") -> tuple[list[str], str]:
    """What is wrong with an archive, a sentence each, or no fault and the sentence that says so."""
    try:
        if faults := (record := Record(path)).check(checkpoint):
            return faults, ""
        own, all_, name = len(record.manifest["entries"]), len(record.chain), record.manifest["person"]["name"]
    except Exception as error:  # noqa: BLE001 - whatever it is, then it is no record
        return [f"This is not a record from Askwell, or it is broken ({error})."], ""
    return [], f"{own} of {all_} entries are about {name}, and each is whole and in its place in the chain."


if __name__ == "__main__":
    found, well = verify(*sys.argv[1:3]) if len(sys.argv) > 1 else ([str(__doc__)], "")
    sys.stdout.write("\n".join(found or [well]) + "\n")
    sys.exit(bool(found))
