-- Products of one visit and of the customer's next: how many visits hold each.
WITH line AS (
    SELECT DISTINCT customer, day, product
      FROM fact
     WHERE customer IS NOT NULL AND product IS NOT NULL
       AND is_return = 0 AND cents > 0
       AND day > :from_day AND day <= :to_day
),
visit AS (
    SELECT customer, day,
           LEAD(day) OVER (PARTITION BY customer ORDER BY day) AS next_day
      FROM (SELECT DISTINCT customer, day FROM line) AS days
),
step AS (
    SELECT customer, day, next_day FROM visit WHERE next_day IS NOT NULL
),
total AS (
    SELECT COUNT(*) AS steps FROM step
),
before AS (
    SELECT line.product, COUNT(*) AS steps
      FROM step JOIN line ON line.customer = step.customer AND line.day = step.day
     GROUP BY line.product HAVING COUNT(*) >= :least
),
later AS (
    SELECT line.product, COUNT(*) AS steps
      FROM step JOIN line ON line.customer = step.customer AND line.day = step.next_day
     GROUP BY line.product HAVING COUNT(*) >= :least
),
pair AS (
    SELECT one.product AS product, two.product AS other, COUNT(*) AS both_steps
      FROM step
      JOIN line one ON one.customer = step.customer AND one.day = step.day
      JOIN before ON before.product = one.product
      JOIN line two ON two.customer = step.customer AND two.day = step.next_day
      JOIN later ON later.product = two.product
     WHERE one.product <> two.product
     GROUP BY one.product, two.product
    HAVING COUNT(*) >= :least
)
SELECT pair.product, pair.other,
       CAST(pair.both_steps AS INTEGER) AS both_steps,
       CAST(before.steps AS INTEGER) AS steps,
       CAST(later.steps AS INTEGER) AS other_steps,
       CAST((SELECT steps FROM total) AS INTEGER) AS all_steps
  FROM pair
  JOIN before ON before.product = pair.product
  JOIN later ON later.product = pair.other
 ORDER BY pair.product, pair.other
