def uninstall_hook(env):
    """Take off what the database itself was told to watch."""
    env.cr.execute(
        """
        DROP TRIGGER IF EXISTS loyalty_card_balance ON loyalty_card;
        DROP FUNCTION IF EXISTS loyalty_card_agrees();
        DROP TRIGGER IF EXISTS loyalty_ledger_final ON loyalty_ledger;
        DROP FUNCTION IF EXISTS loyalty_ledger_guard();
        """
    )


def post_init_hook(env):
    """Take over the cards that are there: an opening row and a lot for each."""
    env["loyalty.card"]._open_ledgers()
