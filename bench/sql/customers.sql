-- Companies, their contacts, and persons; `size` of them in all.
CREATE TEMP TABLE customer AS
WITH numbered AS (
    SELECT i, %(base)s + i AS id,
           CASE WHEN i <= %(companies)s THEN 'company'
                WHEN i <= %(companies)s + %(contacts)s THEN 'contact'
                ELSE 'person' END AS kind,
           CASE WHEN i > %(companies)s AND i <= %(companies)s + %(contacts)s
                THEN 1 + floor(%(companies)s * power(pg_temp.share(i, 1), 1.5))::integer
           END AS company_i,
           lpad(((i::bigint * 70000027 + 12345) %% 100000000)::text, 8, '0') AS digits
      FROM generate_series(1, %(size)s) i
), named AS (
    SELECT n.*, wheel.country_id, wheel.code, wheel.calling,
           CASE
           WHEN wheel.code = 'CN' AND n.kind = 'company' THEN
               w.place[1 + pg_temp.pick(i, 11, 12)]
               || w.luck[1 + pg_temp.pick(i, 12, 15)] || w.luck[1 + pg_temp.pick(i, 13, 15)]
               || w.sign[1 + pg_temp.pick(i, 14, array_length(w.sign, 1))]
               || w.business[1 + pg_temp.pick(i, 15, 8)] || '有限公司'
           WHEN wheel.code = 'CN' THEN
               w.surname[1 + pg_temp.pick(i, 16, 30)]
               || w.sign[1 + pg_temp.pick(i, 17, array_length(w.sign, 1))]
               || CASE WHEN pg_temp.pick(i, 18, 3) > 0
                       THEN w.sign[1 + pg_temp.pick(i, 19, array_length(w.sign, 1))]
                       ELSE '' END
           WHEN n.kind = 'company' THEN concat_ws(' ',
               w.beginning[1 + pg_temp.pick(i, 20, 25)] || w.middle[1 + pg_temp.pick(i, 21, 10)]
               || w.ending[1 + pg_temp.pick(i, 22, 20)],
               w.trade[1 + pg_temp.pick(i, 23, 10)], w.form[1 + pg_temp.pick(i, 24, 6)])
           ELSE w.given[1 + pg_temp.pick(i, 25, 26)] || ' '
               || w.family[1 + pg_temp.pick(i, 26, 26)]
               || CASE WHEN pg_temp.pick(i, 27, 2) = 0
                       THEN '-' || w.family[1 + pg_temp.pick(i, 28, 26)] ELSE '' END
           END AS name,
           lower(w.beginning[1 + pg_temp.pick(i, 25, 25)]
                 || w.middle[1 + pg_temp.pick(i, 26, 10)]) AS handle,
           CASE WHEN wheel.code = 'CN' THEN w.place[1 + pg_temp.pick(i, 29, 12)]
                ELSE w.town[1 + pg_temp.pick(i, 29, 10)] END AS city
      FROM numbered n
      JOIN wheel ON wheel.slot = pg_temp.pick(n.i, 2, 100)
     CROSS JOIN words w
)
SELECT c.*, %(base)s + c.company_i AS parent_id,
       CASE WHEN pg_temp.pick(c.i, 30, 20) < 17
            THEN pg_temp.national(c.code, c.digits) END AS national,
       pg_temp.pick(c.i, 31, 6) AS format,
       CASE WHEN pg_temp.pick(c.i, 32, 10) < 9 THEN
           CASE c.kind WHEN 'company' THEN 'info@' || c.handle || c.i || '.example'
                WHEN 'contact' THEN c.handle || '.' || c.i || '@firm' || c.company_i || '.example'
                ELSE c.handle || c.i || '@post' || c.i %% 40 || '.example' END
       END AS email,
       timestamp '2023-06-01' + pg_temp.share(c.i, 33) * %(days)s * interval '1 day'
           AS made
  FROM named c;
CREATE INDEX ON customer (i);
CREATE INDEX ON customer (id);
ANALYZE customer;
