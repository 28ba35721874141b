-- Customers by recency, frequency and money, each from 1 to 5, and by value tier.
-- Equal customers get equal classes: a class is a fifth of the ranks, not of the rows.
-- Those who bought on one day share the best of their ranks: the last day is the best.
WITH bought AS (
    SELECT customer,
           MIN(CASE WHEN is_return = 0 THEN day END) AS first_day,
           MAX(CASE WHEN is_return = 0 THEN day END) AS last_day,
           COUNT(DISTINCT CASE WHEN is_return = 0 THEN document END) AS orders,
           SUM(cents) AS cents,
           SUM(margin_cents) AS margin_cents
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL
       AND day > :from_day AND day <= :to_day
     GROUP BY customer
),
ranked AS (
    SELECT bought.*,
           COUNT(*) OVER () AS customers,
           COUNT(*) OVER () - RANK() OVER (ORDER BY last_day DESC) AS r_rank,
           RANK() OVER (ORDER BY orders) - 1 AS f_rank,
           RANK() OVER (ORDER BY cents) - 1 AS m_rank,
           ROW_NUMBER() OVER (ORDER BY cents DESC, customer) AS place,
           SUM(CASE WHEN cents > 0 THEN cents ELSE 0 END) OVER () AS total,
           SUM(CASE WHEN cents > 0 THEN cents ELSE 0 END) OVER (ORDER BY cents DESC)
               - cents * COUNT(*) OVER (PARTITION BY cents) AS better
      FROM bought
     WHERE orders > 0
),
classed AS (
    SELECT ranked.*,
           1 + CAST(FLOOR(r_rank * 5.0 / customers) AS INTEGER) AS r,
           1 + CAST(FLOOR(f_rank * 5.0 / customers) AS INTEGER) AS f,
           1 + CAST(FLOOR(m_rank * 5.0 / customers) AS INTEGER) AS m
      FROM ranked
)
SELECT customer, first_day, last_day,
       CAST(:to_day - last_day AS INTEGER) AS recency,
       CAST(orders AS INTEGER) AS orders,
       CAST(cents AS BIGINT) AS cents,
       CAST(margin_cents AS BIGINT) AS margin_cents,
       r, f, m,
       CAST(place AS INTEGER) AS place,
       CASE WHEN cents < 0 THEN 'D'
            WHEN better * 100 < total * 80 THEN 'A'
            WHEN better * 100 < total * 95 THEN 'B'
            ELSE 'C' END AS tier,
       CASE WHEN r >= 4 AND f >= 4 THEN 'champion'
            WHEN r <= 2 AND f >= 4 THEN 'slipping'
            WHEN f >= 3 AND r >= 3 THEN 'loyal'
            WHEN r >= 4 THEN 'recent'
            WHEN r = 3 THEN 'waking'
            WHEN f = 3 THEN 'fading'
            ELSE 'asleep' END AS segment
  FROM classed
 ORDER BY customer
