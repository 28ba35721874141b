"""What the suite itself knows: collection, ratings."""


def make(demo):
    """Let the nightly jobs run once, so that their results can be seen."""
    demo.env["crm.collection"]._cron_follow_up()
