-- Repeat purchases by day: what lifetime models need of each customer.
WITH visit AS (
    SELECT customer, day, SUM(cents) AS cents
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL AND is_return = 0
       AND day > :from_day AND day <= :to_day
     GROUP BY customer, day
),
first AS (
    SELECT customer, MIN(day) AS day FROM visit GROUP BY customer
)
SELECT first.customer,
       CAST(SUM(CASE WHEN visit.day > first.day AND visit.day <= :cut_day
           THEN 1 ELSE 0 END) AS INTEGER) AS repeats,
       CAST(MAX(CASE WHEN visit.day <= :cut_day THEN visit.day END) - first.day
           AS INTEGER) AS seen,
       CAST(:cut_day - first.day AS INTEGER) AS observed,
       CAST(SUM(CASE WHEN visit.day > first.day AND visit.day <= :cut_day
           THEN visit.cents ELSE 0 END) AS BIGINT) AS repeat_cents,
       CAST(SUM(CASE WHEN visit.day > :cut_day THEN 1 ELSE 0 END) AS INTEGER)
           AS later
  FROM first JOIN visit ON visit.customer = first.customer
 WHERE first.day <= :cut_day
 GROUP BY first.customer, first.day
 ORDER BY first.customer
