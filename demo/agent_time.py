"""What agents did in the weeks of calls: ready, ringing, talking, wrapping up."""


def make(demo):
    """Write the time of agents out of their calls, each in its own day.

    The demo's steps took their states in an instant; that is no time.
    """
    demo.env.flush_all()
    demo.env.cr.execute(
        """
        DELETE FROM cti_agent_log WHERE seconds < 1;
        WITH call AS (
            SELECT id, agent_id, company_id, offered, answered, ended,
                   ended + INTERVAL '1 second' * (20 + id % 50) AS wrapped
              FROM cti_call
             WHERE agent_id IS NOT NULL AND direction = 'in'
               AND offered IS NOT NULL AND answered IS NOT NULL AND ended IS NOT NULL
        ), stretch AS (
            SELECT agent_id, company_id, 'ready' AS state, 'offered' AS next_state,
                   NULL::int AS call_id, offered AS date_to,
                   greatest(
                       lag(wrapped) OVER (PARTITION BY agent_id ORDER BY offered),
                       offered - INTERVAL '40 minutes') AS date_from
              FROM call
             UNION ALL
            SELECT agent_id, company_id, 'offered', 'talking', id, answered, offered
              FROM call
             UNION ALL
            SELECT agent_id, company_id, 'talking', 'wrapup', id, ended, answered
              FROM call
             UNION ALL
            SELECT agent_id, company_id, 'wrapup', 'ready', id, wrapped, ended FROM call
        )
        INSERT INTO cti_agent_log (agent_id, company_id, state, next_state, call_id,
                                   date_from, date_to, seconds)
        SELECT agent_id, company_id, state, next_state, call_id, date_from, date_to,
               extract(epoch FROM date_to - date_from)
          FROM stretch WHERE date_to > date_from
        """
    )
    demo.env.invalidate_all()
