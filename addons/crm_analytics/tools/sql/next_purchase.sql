-- What was known of each customer on a day, and whether they bought in the days after.
WITH visit AS (
    SELECT customer, day, COUNT(DISTINCT document) AS documents, SUM(cents) AS cents
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL AND is_return = 0
       AND day > :from_day AND day <= :to_day
     GROUP BY customer, day
),
gap AS (
    SELECT visit.*,
           day - LAG(day) OVER (PARTITION BY customer ORDER BY day) AS gap
      FROM visit
),
known AS (
    SELECT customer, MIN(day) AS first_day, MAX(day) AS last_day,
           COUNT(*) AS visits, SUM(documents) AS documents, SUM(cents) AS cents,
           SUM(CASE WHEN day > :cut_day - 90 THEN 1 ELSE 0 END) AS recent_visits,
           SUM(CASE WHEN day > :cut_day - 180 AND day <= :cut_day - 90
               THEN 1 ELSE 0 END) AS earlier_visits,
           COALESCE(SUM(gap), 0) AS gap_sum
      FROM gap WHERE day <= :cut_day GROUP BY customer
),
goods AS (
    SELECT customer, COUNT(DISTINCT product) AS products,
           SUM(CASE WHEN is_return = 1 THEN 1 ELSE 0 END) AS returns,
           COUNT(*) AS lines
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL
       AND day > :from_day AND day <= :cut_day
     GROUP BY customer
),
later AS (
    SELECT DISTINCT customer FROM visit WHERE day > :cut_day
)
SELECT known.customer,
       CAST(:cut_day - known.last_day AS INTEGER) AS recency,
       CAST(:cut_day - known.first_day AS INTEGER) AS age,
       CAST(known.visits AS INTEGER) AS visits,
       CAST(known.documents AS INTEGER) AS documents,
       CAST(known.cents AS BIGINT) AS cents,
       CAST(known.recent_visits AS INTEGER) AS recent_visits,
       CAST(known.earlier_visits AS INTEGER) AS earlier_visits,
       CAST(known.gap_sum AS BIGINT) AS gap_sum,
       CAST(goods.products AS INTEGER) AS products,
       CAST(goods.returns AS INTEGER) AS returns,
       CAST(goods.lines AS INTEGER) AS lines,
       CASE WHEN later.customer IS NULL THEN 0 ELSE 1 END AS bought
  FROM known
  JOIN goods ON goods.customer = known.customer
  LEFT JOIN later ON later.customer = known.customer
 ORDER BY known.customer
