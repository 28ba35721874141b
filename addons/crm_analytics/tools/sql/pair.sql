-- Products of one basket: how many baskets hold each, and how many hold both.
WITH line AS (
    SELECT DISTINCT document, product
      FROM fact
     WHERE product IS NOT NULL AND is_return = 0 AND cents > 0
       AND day > :from_day AND day <= :to_day
),
total AS (
    SELECT COUNT(DISTINCT document) AS baskets FROM line
),
item AS (
    SELECT product, COUNT(*) AS baskets FROM line GROUP BY product
    HAVING COUNT(*) >= :least
),
used AS (
    SELECT line.document, line.product
      FROM line JOIN item ON item.product = line.product
),
pair AS (
    SELECT one.product AS product, two.product AS other, COUNT(*) AS both_baskets
      FROM used one
      JOIN used two ON two.document = one.document AND two.product > one.product
     GROUP BY one.product, two.product
    HAVING COUNT(*) >= :least
)
SELECT pair.product, pair.other,
       CAST(pair.both_baskets AS INTEGER) AS both_baskets,
       CAST(one.baskets AS INTEGER) AS baskets,
       CAST(two.baskets AS INTEGER) AS other_baskets,
       CAST((SELECT baskets FROM total) AS INTEGER) AS all_baskets
  FROM pair
  JOIN item one ON one.product = pair.product
  JOIN item two ON two.product = pair.other
 ORDER BY pair.product, pair.other
