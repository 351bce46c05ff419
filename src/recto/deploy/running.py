"""Carry out what was prepared, keep the addresses of the site, and read what its readers get."""

from pathlib import Path

from recto import config, ledger, model
from recto.deploy import opening, seen, writing
from recto.deploy.faults import DeployError
from recto.deploy.preparing import Prepared
from recto.deploy.target import Progress
from recto.diagnostics import BuildError, Diagnostic, error, has_errors
from recto.model import Ledger
from recto.text import old_path

_SLOW = {"github-pages": 300.0}  # seconds that it may take until readers get what was sent


def settings_of(root: Path, name: str | None) -> model.Target:
    """The settings of a target. BuildError where they are wrong, or there are none."""
    found, problems = config.load(root)
    if has_errors(problems):
        raise BuildError(problems)
    return opening.chosen(found.deploy, name)


def carry_out(ready: Prepared, progress: Progress) -> None:
    """Make the target hold the site, and keep its addresses where they are the site's own. DeployError; then readers have the old site or the new one."""
    if not ready.difference.nothing:
        ready.target.apply(ready.release, progress, force=ready.wish.force)
        seen.remember(ready.settings, ready.wish.root, ready.release.snapshot)
    if not ready.elsewhere:
        keep(ready.wish.root, ready.ledger)


def keep(root: Path, addresses: Ledger) -> bool:
    """Write the ledger of the site in `root`; whether that changed it. DeployError where it cannot be written."""
    path, text = root / ledger.NAME, ledger.write(addresses).encode()
    try:
        if path.exists() and path.read_bytes() == text:
            return False
        writing.replace(path, text)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        hint = "see that the site's folder can be written to and has space; then recto ledger update"
        raise DeployError("ledger-unwritten", f"{ledger.NAME} cannot be written: {reason}", hint) from None
    return True


def verified(ready: Prepared, progress: Progress, *, patience: float | None = None) -> tuple[Diagnostic, ...]:
    """Read the site where its readers do, as the target's settings ask; what they do not get as it was sent, even after
    `patience` seconds (None: the usual ones)."""
    if not ready.settings.verify:
        return ()
    from recto.deploy import verifying

    before, leads = ready.before.files if ready.before else {}, ready.release.snapshot.redirects
    led = {old_path(url) for url in leads}
    report = verifying.verify(
        ready.settings.verify,
        ready.release.snapshot.files,
        [path for path in ready.release.sending.sent if path not in led],
        before=before,
        patience=_SLOW.get(ready.settings.type, verifying.PATIENCE) if patience is None else patience,
        progress=progress,
    )
    back = f"recto rollback {ready.settings.name} shows the release before again"
    hint = (
        back if ready.settings.keeps else "see what stands between; then deploy again, or an earlier commit"
    )
    return tuple(
        error("deploy-unverified", f"{each.url} {each.problem}", hint=hint) for each in report.deviations
    )
