"""Which column of a file holds what, and how its dates and numbers are written."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

#: Names by which columns are known, likeliest first; see :func:`_plain`.
ALIASES = {
    "customer": "customerid customer custid customerno customernumber customercode "
    "clientid client userid user memberid membernumber member householdkey household "
    "accountid account buyerid buyer shopperid cardid cardno card customeruniqueid "
    "visitorid 客户编号 客户编码 客户id 客户 会员号 会员编号 会员id 会员 顾客 用户id "
    "用户 customername clientname 客户名称",
    "date": "invoicedate orderdate transactiondate purchasedate saledate salesdate "
    "date datetime day timestamp eventtime orderpurchasetimestamp transactiondt tdat "
    "time createdat ordertime purchasetime 下单时间 订单日期 交易日期 销售日期 日期 "
    "时间",
    "order": "invoiceno invoice invoiceid invoicenumber orderid orderno ordernumber "
    "order transactionid transactionno transaction basketid basket receiptid receipt "
    "receiptno ticket ticketid billno billid bill documentno document 订单号 订单编号 "
    "订单 单号 小票号 小票 流水号",
    "product": "stockcode sku skuid productid productcode product itemid itemcode "
    "item articleid article itemdescription productname description itemname 商品编号 "
    "商品编码 商品id 商品 产品编号 产品 货号 商品名称",
    "product_name": "productname description itemdescription productdescription "
    "itemname articlename articledescription 商品名称 产品名称 品名",
    "quantity": "quantity qty quantityordered purchasequantity units count pieces "
    "数量 件数",
    "price": "unitprice price priceeach salesprice pricepaid 单价 价格",
    "amount": "amount totalamount lineamount linetotal total totalprice sales "
    "salesvalue salesamount purchaseamount revenue subtotal value spend payment "
    "paymentvalue 金额 销售额 实付金额 总价 总金额 付款金额",
    "unit_cost": "unitcost costprice standardprice purchaseprice 成本价 单位成本",
    "cost": "cost totalcost linecost 成本",
    "margin": "margin profit grossprofit 利润 毛利",
    "currency": "currency currencycode 币种 货币",
}
ROLES = tuple(ALIASES)
#: What must hold numbers where its name is only alike.
_COUNTED = ("quantity", "price", "amount")
#: Ends of names of what is alike, and stands beside what was paid.
_BESIDE = re.compile("(discount|shipping|freight|折扣|运费)(amount|value|total|金额)?$")
#: What files write where nothing is known.
NOTHING = {"", "nan", "null", "none", "n/a", "#n/a", "na", "nil", "-", "\\n"}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_EPOCH = date(1970, 1, 1).toordinal()
#: Day 1970-01-01 in spreadsheets.
_SHEET = 25569
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d{1,2})?")
#: Thousands apart; in India all but the last group have two digits.
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d*)?")
_GROUPED_BY_POINT = re.compile(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?")
#: What could be thousands just as well as decimals.
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_SIGNS = re.compile(
    r"[\s\u00a0\u202f$€£¥￥₹₽元'’]|[A-Z]{3}(?=[\s\d-])|(?<=\d)\s*[A-Z]{3}$"
)


class BadColumns(Exception):
    """A column that is asked for is not there, or one that is needed is missing."""


def _plain(name):
    return re.sub(r"[\W_]+", "", name.casefold())


def guess(header, wanted, sample=()):
    """Say which column holds what.

    :param header: names of the columns
    :param wanted: ``{role: name or number from 1}`` that the user said
    :param sample: rows; a name that is only alike is no number's where they have none
    :return: ``{role: place from 0}``
    :raise BadColumns: a column that is wanted is not there
    """
    found = {role: _wanted(header, role, name) for role, name in wanted.items()}
    names = {_plain(name): place for place, name in reversed([*enumerate(header)])}
    for exactly in (True, False):
        for role, aliases in ALIASES.items():
            if role in found or (not exactly and _needless(role, found)):
                continue
            taken = set(found.values())
            free = {name: at for name, at in names.items() if at not in taken}
            if not exactly and role in _COUNTED:
                place = _of_numbers(free, aliases.split(), header, sample)
            else:
                place = _named(free, aliases.split(), exactly)
            if place is not None:
                found[role] = place
    return found


def is_header(cells):
    """Tell whether at least two of the cells are names of columns.

    >>> is_header(["Invoice", "Customer ID", "x"]), is_header(["milk", "bread"])
    (True, False)
    """
    known = {name for aliases in ALIASES.values() for name in aliases.split()}
    return len({_plain(cell) for cell in cells} & known) > 1


def _wanted(header, role, name):
    matches = [at for at, title in enumerate(header) if title.strip() == name.strip()]
    if not matches:
        matches = [
            at for at, title in enumerate(header) if _plain(title) == _plain(name)
        ]
    if not matches and name.isdigit() and 0 < int(name) <= len(header):
        matches = [int(name) - 1]
    if not matches:
        raise BadColumns(
            f"There is no column “{name}” for the {role}. The columns are: "
            f"{', '.join(header)}."
        )
    return matches[0]


def _needless(role, found):
    """Tell whether a name that is only alike would do more harm than good."""
    if role in ("product_name", "unit_cost", "cost", "margin", "currency"):
        return True
    if role == "amount":
        return {"quantity", "price"} <= found.keys()
    return role == "price" and "amount" in found


def _named(names, aliases, exactly):
    for alias in aliases:
        if exactly and alias in names:
            return names[alias]
        if not exactly and (len(alias) > 3 or not alias.isascii()):
            alike = [place for name, place in names.items() if alias in name]
            if alike:
                return min(alike)
    return None


def _of_numbers(names, aliases, header, sample):
    """Find a column of numbers that has an alias as whole words of its name."""
    for alias in aliases:
        for at in sorted(names.values()):
            if _has_words(header[at], alias) and _is_numbers(sample, at):
                return at
    return None


def _has_words(title, alias):
    """Tell whether an alias stands in a name as words of it, or ends its last word.

    >>> [_has_words(title, "count") for title in ("Line Count", "Country", "Discount")]
    [True, False, False]
    >>> [_has_words(title, "amount") for title in ("netamount", "Discount Amount")]
    [True, False]
    """
    if _BESIDE.search(_plain(title)):
        return False
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", title).casefold()
    words = re.findall(r"[^\W_]+", parted)
    if not alias.isascii():
        return alias in "".join(words)
    if len(alias) > 5 and words and words[-1].endswith(alias):
        return True
    ends = range(1, len(words) + 1)
    return alias in ("".join(words[at:end]) for end in ends for at in range(end))


def _is_numbers(sample, place):
    """Tell whether most cells of a column that hold something hold numbers."""
    texts = [row[place] for row in sample if row[place].strip().lower() not in NOTHING]
    return 2 * sum(map(is_number, texts)) > len(texts)


# ----------------------------------------------------------------------------- dates


def _iso(match):
    return date(int(match[1]), int(match[2]), int(match[3])).toordinal() - _EPOCH


def _year(text):
    year = int(text)
    return year if year > 99 else year + (1900 if year > 68 else 2000)


def _day_month(match):
    return date(_year(match[3]), int(match[2]), int(match[1])).toordinal() - _EPOCH


def _month_day(match):
    return date(_year(match[3]), int(match[1]), int(match[2])).toordinal() - _EPOCH


def _month(text):
    return _MONTHS.index(text[:3].lower()) + 1


def _day_word(match):
    return date(_year(match[3]), _month(match[2]), int(match[1])).toordinal() - _EPOCH


def _word_day(match):
    return date(_year(match[3]), _month(match[1]), int(match[2])).toordinal() - _EPOCH


_WORDS = "|".join(f"{month}[a-z]*" for month in _MONTHS)
_NUMBERS = r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?!\d)"
FORMATS = {
    "year-month-day": (r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)", _iso),
    "yyyymmdd": (r"(\d{4})(\d\d)(\d\d)(?:\D|\d{4}$|\d{6}$|$)", _iso),
    "day/month/year": (_NUMBERS, _day_month),
    "month/day/year": (_NUMBERS, _month_day),
    "day month-name year": (
        rf"(\d{{1,2}})[-/. ]*({_WORDS})[-/., ]+(\d{{4}}|\d{{2}})(?!\d)",
        _day_word,
    ),
    "month-name day year": (rf"({_WORDS})[. ]+(\d{{1,2}}),? +(\d{{4}})", _word_day),
    "seconds since 1970": (
        r"(\d{10})(?:\d{3})?(?:\.\d+)?$",
        lambda match: int(match[1]) // 86400,
    ),
    "day of a spreadsheet": (
        r"(\d{5})(?:\.\d+)?$",
        lambda match: int(match[1]) - _SHEET,
    ),
    "number of a day": (r"(\d{1,4})$", lambda match: int(match[1])),
}
_PATTERNS = {
    name: (re.compile(pattern, re.IGNORECASE), make)
    for name, (pattern, make) in FORMATS.items()
}
#: Formats that say the same of any file, and may be mixed.
_CLEAR = ("year-month-day", "yyyymmdd", "day month-name year", "month-name day year")


@dataclass
class Dates:
    """How dates are written: the main format first."""

    formats: tuple
    is_unsure: bool = False

    def __post_init__(self):
        self._known = {}

    def read(self, text):
        """Give the day number of a date, None when it is none."""
        if text not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text):
        for name in self.formats:
            pattern, make = _PATTERNS[name]
            match = pattern.match(text)
            if match:
                try:
                    return make(match)
                except ValueError:
                    continue
        return None


def guess_dates(texts, day_first=None):
    """Find out how dates are written.

    Whether 3/4 is in March or in April, the other dates tell; where none does, the
    month is taken to come first, and the answer is unsure. What is written with slashes
    or points is read beside the main format too.
    """
    counts = Counter()
    for name in FORMATS:
        dates = Dates((name,))
        counts[name] = sum(dates.read(text) is not None for text in texts)
    before, after = counts["day/month/year"], counts["month/day/year"]
    if day_first is not None:
        before, after = (1, 0) if day_first else (0, 1)
    numeric = "day/month/year" if before > after else "month/day/year"
    del counts["month/day/year" if before > after else "day/month/year"]
    best = max(FORMATS, key=lambda name: counts.get(name, 0))
    is_read = counts[numeric] > 0 or day_first is not None
    others = (*_CLEAR, numeric) if is_read else _CLEAR
    is_unsure = counts[numeric] > 0 and before == after
    return Dates((best, *(name for name in others if name != best)), is_unsure)


# --------------------------------------------------------------------------- numbers


class NoNumber(ValueError):
    """A cell is no number, is infinite, or is too large."""


#: Cents above this are no money.
LARGEST = Decimal(10**13)


def number(text, comma=False):
    """Give a number from how people write it, None for an empty cell.

    :param comma: the decimals come after a comma
    :raise NoNumber: it is none, with the reason in one word

    >>> [str(number(text)) for text in ("£1,234.50", "(3)", "2.5-", "NaN")]
    ['1234.50', '-3', '-2.5', 'None']
    """
    text = text.strip()
    if text.lower() in NOTHING:
        return None
    if not (_PLAIN_NUMBER.fullmatch(text) and not comma):
        text = _clean(text, comma)
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise NoNumber("unreadable") from None
    if not found.is_finite():
        raise NoNumber("infinite")
    if abs(found) >= LARGEST:
        raise NoNumber("huge")
    return found


def _clean(text, comma):
    text = _SIGNS.sub("", text)
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    elif text.endswith("-"):
        text = "-" + text[:-1]
    if comma:
        text = text.replace(".", "") if _GROUPED_BY_POINT.fullmatch(text) else text
        return text.replace(",", ".")
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def is_number(text):
    """Tell whether a cell holds a number, whatever its decimals come after."""
    for comma in (False, True):
        try:
            return number(text, comma) is not None
        except NoNumber:
            continue
    return False


def has_comma(texts):
    """Tell whether decimals come after a comma.

    >>> [has_comma(t) for t in (["1,5", "2,75"], ["1,250", "3.5"], ["1.250,00"])]
    [True, False, True]
    >>> has_comma(["1,250", "0,500"])
    True
    """
    sure = re.compile(r",\d{1,2}\D*$|\d\.\d{3},\d|^\D*0,\d")
    comma = sum(bool(sure.search(text)) for text in texts)
    point = sum(bool(re.search(r"\.\d", text)) for text in texts)
    return comma > 0 and comma >= point


def is_either(texts):
    """Tell whether a mark could part thousands as well as decimals in all numbers.

    >>> [is_either(texts) for texts in (["1.234", "7"], ["1.234", "0.5"], ["7"], [])]
    [True, False, False, False]
    >>> [is_either(texts) for texts in (["1,234", "7"], ["1,234", "1,234,567"])]
    [True, False]
    """
    marked = [_SIGNS.sub("", text) for text in texts if "." in text or "," in text]
    return bool(marked) and all(map(_EITHER.fullmatch, marked))
