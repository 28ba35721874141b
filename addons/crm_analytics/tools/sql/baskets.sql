-- How many baskets there are, and which products are in most of them.
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
)
SELECT item.product, CAST(item.baskets AS INTEGER) AS baskets,
       CAST((SELECT baskets FROM total) AS INTEGER) AS all_baskets
  FROM item
 ORDER BY item.baskets DESC, item.product
 LIMIT :most
