-- Customers by the month of their first purchase who bought again, month by month.
WITH bought AS (
    SELECT DISTINCT customer, month
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL AND is_return = 0
       AND day <= :to_day
),
first AS (
    SELECT customer, MIN(month) AS cohort FROM bought GROUP BY customer
)
SELECT CAST(first.cohort AS INTEGER) AS cohort,
       CAST(bought.month - first.cohort AS INTEGER) AS months,
       CAST(COUNT(*) AS INTEGER) AS customers
  FROM first JOIN bought ON bought.customer = first.customer
 WHERE first.cohort > :from_month
 GROUP BY first.cohort, bought.month
 ORDER BY first.cohort, bought.month
