-- Orders, their lines, deliveries, invoices and payments. A few customers buy often.
CREATE TEMP TABLE ordered AS
SELECT o.i, %(order_base)s + o.i AS id, c.id AS partner_id,
       coalesce(c.parent_id, c.id) AS customer_id,
       CASE WHEN o.chance < 8 THEN 'draft' WHEN o.chance < 14 THEN 'sent'
            WHEN o.chance < 94 THEN 'sale' ELSE 'cancel' END AS state,
       o.made, u.id AS user_id, u.team_id,
       o.chance BETWEEN 14 AND 93 AND o.made < %(now)s - interval '20 days'
           AS delivered,
       o.chance BETWEEN 14 AND 53 AS invoiced,
       CASE WHEN o.chance < 38 THEN 1.0 WHEN o.chance < 42 THEN 0.5 ELSE 0 END AS paid
  FROM (SELECT i, pg_temp.pick(i, 41, 100) AS chance,
               %(start)s + i::float8 / %(orders)s * %(days)s * interval '1 day' AS made,
               1 + CASE WHEN i %% 2 = 0
                        THEN floor(%(size)s * power(pg_temp.share(i, 42), 3))
                        ELSE pg_temp.pick(i, 42, %(size)s) END::integer AS customer_i
          FROM generate_series(1, %(orders)s) i) o
  JOIN customer c ON c.i = o.customer_i
  JOIN seller u ON u.place = pg_temp.pick(o.i, 43, 40);
CREATE INDEX ON ordered (id);
ANALYZE ordered;

CREATE TEMP TABLE ordered_line AS
SELECT %(line_base)s + row_number() OVER (ORDER BY o.i, g) AS id,
       o.id AS order_id, g AS place, o.partner_id, o.user_id, o.state, o.made,
       o.delivered, o.invoiced, p.id AS product_id, p.label, p.price,
       1 + pg_temp.pick(o.i * 8 + g, 45, 9) AS quantity
  FROM ordered o
 CROSS JOIN LATERAL generate_series(1, 1 + pg_temp.pick(o.i, 44, 7)) g
  JOIN article p ON p.place = pg_temp.pick(o.i * 8 + g, 46, %(articles)s);
CREATE INDEX ON ordered_line (order_id);
ANALYZE ordered_line;

CREATE TEMP TABLE total AS
SELECT order_id, sum(quantity * price) AS amount FROM ordered_line GROUP BY order_id;
CREATE INDEX ON total (order_id);
ANALYZE total;

CREATE TEMP TABLE shipped AS
SELECT %(picking_base)s + row_number() OVER (ORDER BY id) AS id, id AS order_id,
       partner_id, delivered, made
  FROM ordered WHERE state = 'sale';
CREATE INDEX ON shipped (order_id);
ANALYZE shipped;

CREATE TEMP TABLE billed AS
SELECT %(move_base)s + row_number() OVER (ORDER BY o.id) AS id, o.id AS order_id,
       row_number() OVER (ORDER BY o.id) AS n,
       o.partner_id, o.customer_id, o.user_id, o.team_id, t.amount, o.paid,
       round(t.amount * o.paid, 2) AS settled, (o.made + interval '3 days')::date AS day,
       'BENCH/' || lpad(row_number() OVER (ORDER BY o.id)::text, 7, '0') AS name
  FROM ordered o JOIN total t ON t.order_id = o.id
 WHERE o.invoiced AND t.amount > 0;
CREATE INDEX ON billed (order_id);
ANALYZE billed;

CREATE TEMP TABLE billed_line AS
SELECT %(item_base)s + row_number() OVER () AS id, b.id AS move_id, l.id AS line_id,
       b.name, b.customer_id, b.day, l.product_id, l.label, l.quantity, l.price
  FROM billed b JOIN ordered_line l ON l.order_id = b.order_id;
ANALYZE billed_line;
