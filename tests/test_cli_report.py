"""What a build says of itself is for a terminal, whatever the authors of the site wrote."""

from dataclasses import replace

import pages
from recto.cli import report
from recto.diagnostics import warning
from recto.model import Build, Features, Omission, Site, Theme


def test_title_of_a_post_left_out_does_not_steer_the_terminal() -> None:
    left_out = Omission(source="posts/a.md", title="a\x1b[2J", reason="draft")
    plan = Build(site=Site(title="T"), omissions=(left_out,))
    outcome = report.Outcome(plan=plan, diagnostics=(), changes=None, output="dist/", timings=(), seconds=0)
    assert 'posts/a.md "a␛[2J"' in report.summary(outcome, verbose=False)


def summary(plan: Build) -> str:
    outcome = report.Outcome(
        plan=plan, diagnostics=plan.diagnostics, changes=None, output="dist/", timings=(), seconds=0
    )
    return report.summary(outcome, verbose=False)


NO_SEARCH = (
    "  no search   the search page leads to the archive instead: pip install 'recto[search]' for an index"
)


def test_a_site_without_the_index_that_it_wants_is_told_how_to_have_one() -> None:
    assert NO_SEARCH in summary(Build(site=pages.site(pages.post()))).splitlines()


def test_nothing_is_said_of_search_where_it_works_is_unwanted_has_nothing_to_find_or_told_of_already() -> (
    None
):
    wanted = pages.site(pages.post())
    failed = Build(site=wanted, diagnostics=(warning("search-index", "it failed"),))
    off = Theme(features=Features(search=False))
    silent = [
        *(
            Build(site=site)
            for site in (replace(wanted, search=True), replace(wanted, theme=off), pages.site())
        ),
        failed,
    ]
    assert [plan for plan in silent if "no search" in summary(plan)] == []
