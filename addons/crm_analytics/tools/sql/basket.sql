-- Baskets of the last days, to be asked what goes with the rest of them.
WITH line AS (
    SELECT DISTINCT document, product
      FROM fact
     WHERE product IS NOT NULL AND is_return = 0 AND cents > 0
       AND day > :from_day AND day <= :to_day
),
chosen AS (
    SELECT document FROM line GROUP BY document
    HAVING COUNT(*) BETWEEN :fewest AND :most
)
SELECT line.document, line.product
  FROM line JOIN chosen ON chosen.document = line.document
 ORDER BY line.document, line.product
