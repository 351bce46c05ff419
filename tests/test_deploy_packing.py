"""What is sent holds an answer for every old address, in the form that its host takes."""

import pytest

from conftest import NOW, MakeProject
from recto import builder
from recto.deploy.opening import place
from recto.deploy.packing import packed
from recto.deploy.shipment import Item
from recto.deploy.targets.folder import Folder
from recto.diagnostics import BuildError
from recto.memo import Store
from recto.model import FolderTarget, S3Target

AMAZON = S3Target(name="live", type="s3", bucket="b")
OTHER = S3Target(name="live", type="s3", bucket="b", endpoint="https://s3.example.com")
TOLD = S3Target(name="live", type="s3", bucket="b", endpoint="https://s3.example.com", redirects="s3")


def sent(project: MakeProject, settings: S3Target, redirects: str) -> dict[str, Item]:
    """What a site with these redirects sends; the class of the target has no say in it."""
    site = project(
        {
            "site.yaml": f"url: https://example.com/blog\nredirects: {redirects}\n",
            **{f"posts/{name}.md": f"---\ntitle: {name}\ndate: 2026-11-02\n---\n\n{name}\n" for name in "ab"},
        }
    )
    site.build()
    folder = FolderTarget(name="live", type="folder", path="served")
    with Store.open(site.path) as store:
        plan = builder.build(site.path, store=store, now=NOW, jobs=1)
        target = Folder(folder, place(folder, site.path))
        return dict(packed(settings, target, plan, site.path / "dist").items)


@pytest.mark.parametrize("settings", [AMAZON, TOLD])
def test_page_at_an_old_address_leads_on_by_itself_and_by_its_object(
    project: MakeProject, settings: S3Target
) -> None:
    item = sent(project, settings, "{/old/: /posts/a/}")["old/index.html"]
    assert item.redirect == "/blog/posts/a/"
    assert b'href="/blog/posts/a/"' in item.read()


def test_service_that_is_not_known_to_lead_on_is_not_relied_on(project: MakeProject) -> None:
    assert sent(project, OTHER, "{/old/: /posts/a/}")["old/index.html"].redirect == ""
    with pytest.raises(BuildError, match=r'no page can stand at "/old\.pdf"'):
        sent(project, OTHER, "{/old.pdf: /posts/a/}")


def test_object_that_only_leads_on_is_another_one_where_it_leads_elsewhere(project: MakeProject) -> None:
    one = sent(project, AMAZON, "{/old.pdf: /posts/a/}")["old.pdf"]
    other = sent(project, AMAZON, "{/old.pdf: /posts/b/}")["old.pdf"]
    assert (one.redirect, other.redirect) == ("/blog/posts/a/", "/blog/posts/b/")
    assert one.digest != other.digest
