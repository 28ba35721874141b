-- Opportunities and leads, mails, notes and open activities.
CREATE TEMP TABLE deal AS
SELECT g.i, %(lead_base)s + g.i AS id,
       CASE WHEN g.i %% 3 = 0 THEN 'lead' ELSE 'opportunity' END AS type,
       c.id AS partner_id, c.name AS customer, c.email, c.national, c.calling, c.format,
       c.country_id, u.id AS user_id, u.team_id,
       s.id AS stage_id, s.is_won, 100 + pg_temp.pick(g.i, 51, 50000) AS revenue,
       %(start)s + pg_temp.share(g.i, 52) * %(days)s * interval '1 day' AS made
  FROM generate_series(1, %(leads)s) AS g (i)
  JOIN customer c ON c.i = 1 + pg_temp.pick(g.i, 53, %(size)s)
  JOIN seller u ON u.place = pg_temp.pick(g.i, 54, 40)
  JOIN phase s ON s.place = pg_temp.pick(g.i, 55, (SELECT count(*) FROM phase));
ANALYZE deal;

CREATE TEMP TABLE mailed AS
SELECT row_number() OVER () AS n, m.*
  FROM (
    SELECT 'sale.order' AS model, id AS res_id, partner_id AS author_id,
           'notification' AS type, made, TRUE AS internal FROM ordered
     UNION ALL
    SELECT 'crm.lead', id, partner_id, 'email', made + interval '2 days', FALSE FROM deal
     UNION ALL
    SELECT 'res.partner', id, id, 'email', made + interval '9 days', FALSE
      FROM customer WHERE i %% 4 = 0
  ) m;

CREATE TEMP TABLE planned AS
SELECT row_number() OVER () AS n, a.* FROM (
    SELECT 'crm.lead' AS model, id AS res_id, user_id, customer AS label FROM deal
     WHERE i %% 5 = 0
     UNION ALL
    SELECT 'res.partner', c.id, u.id, c.name
      FROM customer c JOIN seller u ON u.place = pg_temp.pick(c.i, 56, 40)
     WHERE c.i %% 20 = 0 AND c.kind = 'company'
     UNION ALL
    SELECT 'sale.order', o.id, o.user_id, 'Order' FROM ordered o WHERE o.i %% 20 = 0
  ) a;
