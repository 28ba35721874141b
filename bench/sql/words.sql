-- Word lists and the one source of chance: the same seed gives the same company.
CREATE FUNCTION pg_temp.pick(n bigint, salt bigint, size bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT ((hashint8extended(n, salt) & 9223372036854775807) %% size)::integer $$;

CREATE FUNCTION pg_temp.share(n bigint, salt bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT pg_temp.pick(n, salt, 1000000) / 1000000.0::float8 $$;

CREATE TEMP TABLE words AS
SELECT string_to_array('Anna,Boris,Chloe,Daniel,Elif,Felix,Greta,Hannah,Igor,Jürgen,Kaito,Lena,Mateo,Noah,Olivia,Pedro,Quentin,Ruth,Sven,Tomás,Ursula,Valentin,Wanda,Xenia,Yasmin,Zoë', ',') AS given,
       string_to_array('Abel,Becker,Costa,Dubois,Eriksen,Fischer,Garcia,Hansen,Ito,Jansen,Keller,Lopez,Müller,Novak,Okafor,Petrov,Quist,Rossi,Silva,Tanaka,Usman,Vogel,Weber,Xavier,Yilmaz,Zimmer', ',') AS family,
       string_to_array('a,e,i,o,u,ar,en,il,on,um', ',') AS middle,
       string_to_array('berg,dale,field,ford,gard,ham,holt,land,mark,mere,nova,quist,stad,stein,tech,ton,vik,ware,worth,zen', ',') AS ending,
       string_to_array('Al,Bor,Cas,Dor,El,Far,Gal,Hol,Ing,Jor,Kal,Lor,Mar,Nor,Or,Pal,Quor,Ros,Sal,Tor,Ul,Val,Wel,Yor,Zan', ',') AS beginning,
       string_to_array('Trading,Foods,Logistics,Office,Textiles,Electronics,Tools,Packaging,Optics,Furniture', ',') AS trade,
       string_to_array('Ltd,GmbH,SA,Inc,BV,AB', ',') AS form,
       regexp_split_to_array('王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹', '') AS surname,
       regexp_split_to_array('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文辉力鹏飞鑫波斌宇浩凯健俊帆雪荣雷', '') AS sign,
       string_to_array('北京,上海,广州,深圳,杭州,苏州,南京,成都,武汉,宁波,青岛,厦门', ',') AS place,
       string_to_array('华,盛,瑞,鑫,恒,泰,隆,达,远,丰,嘉,宏,佳,安,通', ',') AS luck,
       string_to_array('贸易,办公用品,电子,纺织,物流,食品,包装,家具', ',') AS business,
       string_to_array('Hamburg,Lyon,Leeds,Porto,Boston,Osaka,Hanoi,Pune,Recife,Turin', ',') AS town;

-- How numbers look by country: calling code and a mobile number, its digits from eight.
CREATE TEMP TABLE land AS
SELECT c.id AS country_id, l.*
  FROM (VALUES ('CN', '86', 35), ('US', '1', 20), ('DE', '49', 12), ('FR', '33', 9),
               ('GB', '44', 8), ('IN', '91', 6), ('JP', '81', 5), ('BR', '55', 5)
       ) AS l (code, calling, weight)
  JOIN res_country c ON c.code = l.code;
CREATE TEMP TABLE wheel AS
SELECT row_number() OVER (ORDER BY land.code, g) - 1 AS slot, land.*
  FROM land, generate_series(1, land.weight) g;
ANALYZE wheel;

CREATE FUNCTION pg_temp.national(code text, d text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE code
    WHEN 'CN' THEN '138' || d
    WHEN 'US' THEN (ARRAY['212', '310', '415', '617', '713', '202', '305', '312'])
                   [1 + left(d, 1)::integer %% 8] || '5' || substr(d, 3)
    WHEN 'DE' THEN '151' || d
    WHEN 'FR' THEN '6' || d
    WHEN 'GB' THEN '74' || d
    WHEN 'IN' THEN '98' || d
    WHEN 'JP' THEN '90' || (1 + left(d, 1)::integer %% 9) || substr(d, 2)
    WHEN 'BR' THEN '119' || (6 + left(d, 1)::integer %% 4) || substr(d, 2)
END $$;

-- The six ways in which people write a number.
CREATE FUNCTION pg_temp.written(format integer, calling text, n text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE format
    WHEN 0 THEN '0' || n
    WHEN 1 THEN '0' || left(n, 3) || '-' || substr(n, 4)
    WHEN 2 THEN '00' || calling || n
    WHEN 3 THEN '+' || calling || n
    WHEN 4 THEN '(' || left(n, 3) || ') ' || substr(n, 4, 3) || '-' || substr(n, 7)
    WHEN 5 THEN concat_ws(' ', '+' || calling, left(n, 3), substr(n, 4, 3), substr(n, 7))
END $$;
