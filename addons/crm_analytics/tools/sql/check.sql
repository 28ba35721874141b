-- Lines that no analysis can take as they are, by what is wrong with them.
WITH alike AS (
    SELECT COUNT(*) - 1 AS more FROM fact GROUP BY document, product, cents, day
),
twice AS (
    SELECT SUM(more) AS repeated FROM alike
)
SELECT CAST(COUNT(*) AS BIGINT) AS lines,
       CAST(SUM(CASE WHEN customer IS NULL THEN 1 ELSE 0 END) AS BIGINT)
           AS no_customer,
       CAST(SUM(CASE WHEN product IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS no_product,
       CAST(SUM(CASE WHEN cents IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS no_number,
       CAST(SUM(CASE WHEN day IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS no_date,
       CAST(SUM(CASE WHEN day > :to_day THEN 1 ELSE 0 END) AS BIGINT) AS future,
       CAST(SUM(CASE WHEN is_return = 1 OR cents < 0 THEN 1 ELSE 0 END) AS BIGINT)
           AS negative,
       CAST(SUM(CASE WHEN cents = 0 THEN 1 ELSE 0 END) AS BIGINT) AS free,
       CAST(SUM(CASE WHEN margin_cents IS NULL THEN 1 ELSE 0 END) AS BIGINT)
           AS no_cost,
       CAST(MAX(repeated) AS BIGINT) AS repeated,
       MIN(day) AS first_day,
       MAX(CASE WHEN day <= :to_day THEN day END) AS last_day
  FROM fact CROSS JOIN twice
