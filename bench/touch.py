"""What people did with the customers of the generated company."""

from .copies import next_id

LEAD = dict(
    id="r.id",
    name="'Deal ' || r.customer",
    type="r.type",
    partner_id="r.partner_id",
    partner_name="r.customer",
    contact_name="r.customer",
    country_id="r.country_id",
    email_from="r.email",
    email_normalized="r.email",
    phone="CASE WHEN r.national IS NOT NULL "
    "THEN pg_temp.written(r.format, r.calling, r.national) END",
    phone_sanitized="'+' || r.calling || r.national",
    user_id="r.user_id",
    team_id="r.team_id",
    stage_id="r.stage_id",
    won_status="CASE WHEN r.is_won THEN 'won' ELSE 'pending' END",
    probability="CASE WHEN r.is_won THEN 100 ELSE 20 END",
    expected_revenue="r.revenue",
    date_closed="CASE WHEN r.is_won THEN r.made + interval '30 days' END",
    create_date="r.made",
    write_date="r.made",
)


def fill(run):
    """Add opportunities, messages and activities."""
    run.sql("touch")
    run.like("crm_lead", "lead", "deal", **LEAD)
    run.like(
        "mail_message",
        "message",
        "mailed",
        id=f"{next_id(run.env, 'mail_message')} + r.n",
        model="r.model",
        res_id="r.res_id",
        author_id="r.author_id",
        message_type="r.type",
        is_internal="r.internal",
        subject="NULL",
        body="'<p>Words ' || r.n || '</p>'",
        message_id="'<bench-' || r.n || '@localhost>'",
        date="r.made",
        create_date="r.made",
        write_date="r.made",
    )
    models = (
        "(SELECT p.*, m.id AS model_id FROM planned p JOIN ir_model m USING (model))"
    )
    run.like(
        "mail_activity",
        "activity",
        models,
        id=f"{next_id(run.env, 'mail_activity')} + r.n",
        res_model="r.model",
        res_model_id="r.model_id",
        res_id="r.res_id",
        res_name="r.label",
        user_id="r.user_id",
        date_deadline="current_date + pg_temp.pick(r.n, 57, 30) - 10",
    )
