"""What a build says of itself is for a terminal, whatever the authors of the site wrote."""

from recto.cli import report
from recto.model import Build, Omission, Site


def test_title_of_a_post_left_out_does_not_steer_the_terminal() -> None:
    left_out = Omission(source="posts/a.md", title="a\x1b[2J", reason="draft")
    plan = Build(site=Site(title="T"), omissions=(left_out,))
    outcome = report.Outcome(plan=plan, diagnostics=(), changes=None, output="dist/", timings=(), seconds=0)
    assert 'posts/a.md "a␛[2J"' in report.summary(outcome, verbose=False)
