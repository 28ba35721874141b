-- How many customers bought in a window.
WITH buyer AS (
    SELECT DISTINCT customer
      FROM fact
     WHERE customer IS NOT NULL AND cents IS NOT NULL AND is_return = 0
       AND day > :from_day AND day <= :to_day
)
SELECT CAST(COUNT(*) AS BIGINT) AS customers FROM buyer
