"""What proves: `lms register`, `lms record` and `lms keys`."""

from __future__ import annotations

from pathlib import Path

import click

from lms.terminal import give_up, reading, writing

LOST = {"checkpoints": "no checkpoint is signed", "credentials": "no certificate is issued"}  # without a key for it
WAITING = {"credentials": ("sign_certificates", "sign_status_lists")}  # what a new key lets go on


@click.group()
def register() -> None:
    """The journal of signatures and decisions: check it, and keep proof of it elsewhere."""


@register.command("verify")
@click.option("--checkpoint", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify_register(file: Path | None) -> None:
    """Check every entry and its record, and that an older checkpoint (a note, or the letter it came in) still holds.

    Exit 1 with a sentence for each fault.
    """
    from lms.checkpoints import service
    from lms.record import checking

    with reading() as db:
        try:
            given = service.read(db, file.read_bytes()) if file else None
        except ValueError as error:
            give_up([str(error)])
        found = checking.verify(db, given.seen if given else None)
    if not found.ok:
        give_up(found.problems)
    click.echo(found.sentence)
    if given and given.kid:
        click.echo(f"It continues what key {given.kid} signed on {given.seen.day}.")


@register.command("checkpoint")
def make_checkpoint() -> None:
    """Print what the register's end looks like now, signed if there is a key. Keep it on another machine."""
    from lms.checkpoints import service
    from lms.keys import service as signing

    with reading() as db:
        try:
            signer = signing.find_signer(db)
            seen = service.look(db)
        except signing.Unusable as error:
            give_up([error.sentence])
        except service.Broken as error:
            give_up(error.problems)
    if signer is None:
        click.echo("It is not signed: there is no key. Make one with `lms keys new`.", err=True)
    click.echo(service.sign(signer, seen) if signer else seen.to_json(), nl=not signer)


@click.group()
def record() -> None:
    """What the register holds about one person: give it to them, and check what was given."""


@record.command("export")
@click.argument("person")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Where to; else in this folder.")
def export_record(person: str, file: Path | None) -> None:
    """Write one archive about PERSON, an e-mail address or an id: what was signed and decided, and its proofs."""
    from lms.record import archive, service

    with reading() as db:
        found = service.find_person(db, person)
        if found is None:
            give_up([f"Nobody here has the address or id “{person}”. Check it and try again."])
        to = file or Path(f"record-{found.id}.zip")
        try:
            archive.save(db, found, to)
        except OSError as error:
            give_up([f"The archive cannot be written to {to}: {error.strerror}."])
    click.echo(f"Written to {to}. Check it with `lms record verify {to}`.")


@record.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="ARCHIVE")
@click.option("--checkpoint", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="One kept elsewhere.")
def verify_record(file: Path, checkpoint: Path | None) -> None:
    """Check an archive without database or settings; exit 1 with a sentence for each fault."""
    from lms.record.verify import verify

    faults, well = verify(str(file), str(checkpoint or ""))
    if faults:
        give_up(faults)
    click.echo(well)


@click.group()
def keys() -> None:
    """The keys that sign checkpoints and certificates. Private parts are files in LMS_DATA_DIR/keys: back them up."""


@keys.command("new")
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["checkpoints", "credentials", "jwt", "pdf"]),
    default="checkpoints",
    show_default=True,
    help="What it signs, and nothing else.",
)
@click.option("--issuer", default="", help="Whose name PDF readers show; else the site's address.")
def new_key(purpose: str, issuer: str) -> None:
    """Make a key. It signs from now on; older ones stay until they are retired.

    Certificates need one for “credentials”. One for “jwt” adds a second form for programs that read tokens.
    """
    from lms.core.jobs import enqueue
    from lms.keys import service, vault

    with writing() as db:
        made = service.make_key(db, service.Purpose(purpose), issuer)
        for each in WAITING.get(purpose, ()):
            enqueue(db, each, key=f"{each}:{made.kid}")
    click.echo(f"Key {made.kid} signs {purpose} from now on. Its private part is in {vault.folder()}: back it up.")


@keys.command("list")
def list_keys() -> None:
    """List every key with its public part, newest first."""
    from lms.keys import service

    with reading() as db:
        found = service.list_keys(db)
    used = {each.purpose for each in found if each.retired_at is None}
    for purpose, lost in LOST.items():
        if purpose not in used:
            click.echo(f"No key is in use for {purpose}, so {lost}: lms keys new --for {purpose}", err=True)
    for each in found:
        until = f"retired {each.retired_at:%Y-%m-%d}" if each.retired_at else "in use"
        about = f"{each.algorithm} for {each.purpose}"
        click.echo(f"{each.kid}  {about}  {each.name}  made {each.created_at:%Y-%m-%d}, {until}")
        click.echo(each.public_key + (each.certificate or ""))


@keys.command("retire")
@click.argument("kid")
def retire_key(kid: str) -> None:
    """Let key KID sign no more and destroy its private part. What it signed can still be checked."""
    from lms.core.errors import HouseError
    from lms.keys import service, vault

    with writing() as db:
        service.retire_key(db, kid)
    try:
        vault.forget(kid)
    except HouseError as error:
        give_up([error.sentence])
    click.echo(f"Key {kid} signs no more, and its private part is gone. What it signed can still be checked.")
